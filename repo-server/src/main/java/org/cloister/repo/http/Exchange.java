package org.cloister.repo.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatedRequest;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.Request;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** One admitted and validated request and its answer. On the request's event loop only. */
final class Exchange {
    private final RoutingContext context;
    private final ValidatedRequest validated;
    /** The caller's, or a new one. */
    private final RequestId id;

    Exchange(RoutingContext context) {
        this.context = context;
        this.validated = context.get(RouterBuilder.KEY_META_DATA_VALIDATED_REQUEST);
        String key = text(validated.getHeaders(), "Idempotency-Key");
        this.id = new RequestId(key == null ? UUID.randomUUID().toString() : key);
    }

    RoutingContext context() {
        return context;
    }

    Caller caller() {
        return Admission.caller(context);
    }

    private CorrelationId correlation() {
        String correlation = text(validated.getHeaders(), "Correlation-Id");
        return new CorrelationId(correlation == null ? id.text() : correlation);
    }

    /** What a command comes with. */
    Request request() {
        return new Request(caller(), id, correlation());
    }

    String path(String name) {
        String value = text(validated.getPathParameters(), name);
        if (value == null) {
            throw new IllegalStateException("no path parameter " + name);
        }
        return value;
    }

    @Nullable
    String header(String name) {
        return text(validated.getHeaders(), name);
    }

    @Nullable
    String query(String name) {
        return text(validated.getQuery(), name);
    }

    long query(String name, long absent) {
        RequestParameter parameter = validated.getQuery().get(name);
        Long value = parameter == null ? null : parameter.getLong();
        return value == null ? absent : value;
    }

    private static @Nullable String text(Map<String, RequestParameter> parameters, String name) {
        RequestParameter parameter = parameters.get(name);
        return parameter == null || parameter.isNull() ? null : String.valueOf(parameter.get());
    }

    /** @throws RefusedException if a value in it isn't one of its type, which the document's patterns don't wholly tell */
    <T> T body(Class<T> form) {
        try {
            return EventCodec.json().readValue(Admission.body(context).getBytes(), form);
        } catch (JsonProcessingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException reason ? reason : e;
            throw malformed(String.valueOf(cause.getMessage()));
        } catch (java.io.IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /** Values of a path or query, which the document's patterns don't wholly tell. */
    static <T> T value(String text, java.util.function.Function<String, T> form) {
        try {
            return form.apply(text);
        } catch (IllegalArgumentException e) {
            throw malformed(String.valueOf(e.getMessage()));
        }
    }

    private static RefusedException malformed(String detail) {
        return RefusedException.of(Rule.MALFORMED_REQUEST, detail, "see openapi.yaml for the form of the request");
    }

    void json(int status, Object value) {
        Replies.json(context, status, value);
    }

    /**
     * Answers with what {@code read} makes of the views on a worker thread, when they hold everything that was acknowledged before
     * this request: who was told that something is recorded finds it.
     */
    void current(Views views, Workers workers, Callable<?> read) {
        then(upToDate(views).compose(position -> workers.<Object>run(read::call)), value -> json(HttpStatus.OK, value));
    }

    /** Goes on, on the request's event loop, when the views hold everything that was acknowledged before this request. */
    void whenCurrent(Views views, Consumer<Position> then) {
        then(upToDate(views), then);
    }

    private Future<Position> upToDate(Views views) {
        return Future.fromCompletionStage(
                views.projection().current(), context.vertx().getOrCreateContext());
    }

    /** Answers with what {@code future} brings, or with the problem that it failed with. */
    <T> void then(Future<T> future, Consumer<T> answer) {
        future.onSuccess(value -> {
                    try {
                        answer.accept(value);
                    } catch (RuntimeException e) {
                        context.fail(e);
                    }
                })
                .onFailure(context::fail);
    }
}

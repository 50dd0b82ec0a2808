package org.cloister.repo.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import org.cloister.events.codec.EventCodec;

/** Writes whole answers. On the request's event loop only. */
final class Replies {
    private static final String JSON = "application/json";
    /** How long a client that was refused may go on sending before the connection is cut, so that it can read why. */
    private static final long LINGER_MILLIS = 5_000;

    private Replies() {}

    static void json(RoutingContext context, int status, Object value) {
        send(context, status, JSON, bytes(value));
    }

    static void text(RoutingContext context, String text) {
        send(context, HttpStatus.OK, "text/plain; charset=utf-8", Buffer.buffer(text));
    }

    static void problem(RoutingContext context, Problem problem) {
        if (problem.status() == 401) {
            context.response().putHeader("WWW-Authenticate", "Bearer realm=\"cloister\"");
        } else if (problem.status() == 429) {
            context.response().putHeader("Retry-After", "1");
        }
        send(context, problem.status(), Problem.MEDIA_TYPE, bytes(problem));
    }

    static Buffer bytes(Object value) {
        try {
            return Buffer.buffer(EventCodec.json().writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that can't be written: " + value.getClass(), e);
        }
    }

    private static void send(RoutingContext context, int status, String type, Buffer body) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        if (!request.isEnded()) {
            discardRest(context);
        }
        response.setStatusCode(status).putHeader("Content-Type", type);
        noteWrite(response.end(body));
    }

    /** A client that hung up is nobody's failure. */
    static void noteWrite(io.vertx.core.Future<Void> write) {
        write.onFailure(gone -> {});
    }

    private static void discardRest(RoutingContext context) {
        HttpServerRequest request = context.request();
        context.response().putHeader("Connection", "close");
        request.handler(rest -> {});
        request.exceptionHandler(gone -> {});
        long timer = context.vertx()
                .setTimer(LINGER_MILLIS, late -> noteWrite(request.connection().close()));
        request.endHandler(end -> context.vertx().cancelTimer(timer));
        request.resume();
    }
}

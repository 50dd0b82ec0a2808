package org.cloister.repo.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.AppendResult.Appended;
import org.cloister.repo.log.AppendResult.Conflict;
import org.cloister.repo.log.AppendResult.Repeated;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * Decides, appends, and decides again when somebody else was first. A request id that was carried out gets its first answer,
 * also where the rules would refuse it by now. Thread-safe.
 */
final class CommandRunner {
    /** Ten racing writers; more is a hot stream that the caller must hear about. */
    static final int MAX_ATTEMPTS = 10;
    /** Commands in flight; more is a flood, and is refused at once. */
    static final int MAX_IN_FLIGHT = 10_000;

    private final EventStore store;
    private final Streams streams;
    private final Executor executor;
    private final Semaphore inFlight = new Semaphore(MAX_IN_FLIGHT);

    /** @param executor runs what blocks; never rejects, for what is appended must be answered */
    CommandRunner(EventStore store, Streams streams, Executor executor) {
        this.store = store;
        this.streams = streams;
        this.executor = executor;
    }

    <A> CompletionStage<Outcome<A>> run(Request request, @Nullable Refusal beforehand, Plan<A> plan) {
        if (beforehand != null) {
            return CompletableFuture.completedFuture(new Outcome.Refused<>(beforehand));
        }
        if (!inFlight.tryAcquire()) {
            return CompletableFuture.completedFuture(new Outcome.Refused<>(overloaded()));
        }
        CompletableFuture<Outcome<A>> outcome = new CompletableFuture<>();
        onExecutor(() -> attempt(request, plan, 1)).whenComplete((value, failure) -> {
            inFlight.release();
            if (failure == null) {
                outcome.complete(value);
            } else {
                outcome.completeExceptionally(cause(failure));
            }
        });
        return outcome;
    }

    private <T> CompletionStage<T> onExecutor(Supplier<CompletionStage<T>> work) {
        return CompletableFuture.supplyAsync(work, executor).thenCompose(stage -> stage);
    }

    private <A> CompletionStage<Outcome<A>> attempt(Request request, Plan<A> plan, int number) {
        return plan.attempt()
                .thenCompose(attempt -> onExecutor(() -> {
                    if (attempt instanceof Attempt.Proposed<A> proposed) {
                        return append(request, plan, proposed, number);
                    }
                    return CompletableFuture.completedFuture(withoutAppending(request, plan, attempt));
                }));
    }

    private <A> CompletionStage<Outcome<A>> append(
            Request request, Plan<A> plan, Attempt.Proposed<A> proposed, int number) {
        Append command = new Append(
                request.id(), request.caller().principal(), correlation(request, proposed), proposed.parts());
        return store.append(command)
                .thenCompose(result -> onExecutor(() -> settle(request, plan, proposed, number, result)));
    }

    private static CorrelationId correlation(Request request, Attempt.Proposed<?> proposed) {
        CorrelationId other = proposed.correlation();
        return other == null ? request.correlation() : other;
    }

    private <A> CompletionStage<Outcome<A>> settle(
            Request request, Plan<A> plan, Attempt.Proposed<A> proposed, int number, AppendResult result) {
        if (result instanceof Appended appended) {
            List<Event> events = proposed.parts().stream()
                    .flatMap(part -> part.events().stream())
                    .toList();
            return CompletableFuture.completedFuture(new Outcome.Accepted<>(
                    proposed.answer(),
                    appended.first(),
                    appended.last(),
                    events,
                    correlation(request, proposed),
                    false));
        }
        if (result instanceof Repeated repeated) {
            return CompletableFuture.completedFuture(firstAnswer(request, plan, repeated));
        }
        if (number < MAX_ATTEMPTS) {
            return attempt(request, plan, number + 1);
        }
        String stream = result instanceof Conflict conflict ? conflict.stream().toString() : "the log";
        return CompletableFuture.completedFuture(new Outcome.Refused<>(new Refusal(
                Rule.RACING_WRITERS,
                stream + " was changed by others " + MAX_ATTEMPTS + " times while this was decided",
                "send the same request again")));
    }

    private <A> Outcome<A> withoutAppending(Request request, Plan<A> plan, Attempt<A> attempt) {
        Optional<Repeated> before = store.find(request.id());
        if (before.isPresent()) {
            return firstAnswer(request, plan, before.get());
        }
        if (attempt instanceof Attempt.Refused<A> refused) {
            return new Outcome.Refused<>(refused.refusal());
        }
        if (attempt instanceof Attempt.Unchanged<A> unchanged) {
            return new Outcome.Unchanged<>(unchanged.answer(), store.head(), request.correlation());
        }
        throw new IllegalStateException("a proposal is appended");
    }

    private <A> Outcome<A> firstAnswer(Request request, Plan<A> plan, Repeated range) {
        List<RecordedEvent> recorded = streams.recorded(range.first(), range.last());
        List<Event> events = recorded.stream().map(streams::decode).toList();
        RecordedEvent first = recorded.get(0);
        A answer = first.principal().equals(request.caller().principal()) ? plan.repeated(events) : null;
        if (answer == null) {
            return new Outcome.Refused<>(new Refusal(
                    Rule.MALFORMED_REQUEST,
                    "the request id " + request.id() + " was used for another request",
                    "make a new request id for each request"));
        }
        return new Outcome.Accepted<>(answer, range.first(), range.last(), events, first.correlation(), true);
    }

    private static Refusal overloaded() {
        return new Refusal(
                Rule.OVERLOADED,
                "more commands wait than the repository takes on",
                "send the same request again later");
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        IOException io = cause instanceof UncheckedIOException unchecked ? unchecked.getCause() : null;
        return io == null ? cause : io;
    }
}

package org.cloister.repo.http;

import io.vertx.core.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.view.Views;

/** Answers with what became of a command. */
final class Outcomes {
    private Outcomes() {}

    /** Where a command is recorded: its last event, or the log's head when nothing had to be recorded. */
    record Recorded(long position, String correlation) {}

    /** A command that was not refused. */
    record Done<A>(A answer, Recorded recorded, boolean changed) {}

    /** Answers {@code status}, or 200 where nothing had to change, with the recorded position. */
    static <A> void recorded(Exchange exchange, int status, CompletionStage<Outcome<A>> outcome) {
        reply(exchange, status, outcome, Done::recorded);
    }

    /** Answers {@code status}, or 200 where nothing had to change, with what {@code form} makes of the answer. */
    static <A> void reply(
            Exchange exchange, int status, CompletionStage<Outcome<A>> outcome, Function<Done<A>, Object> form) {
        exchange.then(done(exchange, outcome), done -> {
            exchange.json(done.changed() ? status : HttpStatus.OK, form.apply(done));
        });
    }

    /** The same outcome, when the views show what was recorded: a new token opens what it is for as soon as it is shown. */
    static <A> CompletionStage<Outcome<A>> whenVisible(Views views, CompletionStage<Outcome<A>> outcome) {
        return outcome.thenCompose(result -> result instanceof Outcome.Accepted<A> accepted
                ? views.projection().reached(accepted.last()).thenApply(position -> result)
                : CompletableFuture.completedStage(result));
    }

    /** Completes on the request's event loop; a refusal fails it. */
    static <A> Future<Done<A>> done(Exchange exchange, CompletionStage<Outcome<A>> outcome) {
        return Future.fromCompletionStage(outcome, exchange.context().vertx().getOrCreateContext())
                .compose(Outcomes::done);
    }

    private static <A> Future<Done<A>> done(Outcome<A> outcome) {
        if (outcome instanceof Outcome.Accepted<A> accepted) {
            Recorded recorded =
                    new Recorded(accepted.last().value(), accepted.correlation().text());
            return Future.succeededFuture(new Done<>(accepted.answer(), recorded, true));
        }
        if (outcome instanceof Outcome.Unchanged<A> unchanged) {
            Recorded recorded = new Recorded(
                    unchanged.asOf().value(), unchanged.correlation().text());
            return Future.succeededFuture(new Done<>(unchanged.answer(), recorded, false));
        }
        return Future.failedFuture(RefusedException.of(((Outcome.Refused<A>) outcome).refusal()));
    }
}

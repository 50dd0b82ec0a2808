package org.cloister.repo.console;

import io.vertx.core.Future;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.console.model.Notice;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.view.Views;

/** What becomes of a form: a command, and then a page that shows what it did. */
final class Commands {
    private Commands() {}

    /** Goes to {@code href} and tells there what was done; a refusal becomes a page of its own. */
    static <A> Future<Answer> done(
            Visit visit, Views views, CompletionStage<Outcome<A>> outcome, String href, Function<A, String> words) {
        return answered(views, outcome).map(answer -> {
            visit.session().tell(Notice.good(words.apply(answer)));
            return new Answer.Elsewhere(href);
        });
    }

    /** The answer of a command, when the views show what it recorded. */
    static <A> Future<A> answered(Views views, CompletionStage<Outcome<A>> outcome) {
        return Future.fromCompletionStage(outcome).compose(result -> {
            if (result instanceof Outcome.Accepted<A> accepted) {
                return Future.fromCompletionStage(views.projection().reached(accepted.last()))
                        .map(position -> accepted.answer());
            }
            return result instanceof Outcome.Unchanged<A> unchanged
                    ? Future.succeededFuture(unchanged.answer())
                    : Future.failedFuture(RefusedException.of(((Outcome.Refused<A>) result).refusal()));
        });
    }
}

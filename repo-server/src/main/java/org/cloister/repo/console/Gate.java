package org.cloister.repo.console;

import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.cloister.repo.console.Replies.Rendered;
import org.cloister.repo.console.SignIn.Signed;
import org.cloister.repo.http.Workers;
import org.cloister.repo.view.Views;

/** Lets those who are signed in, and may, come to pages and actions. */
final class Gate implements Routes {
    private final Router router;
    private final Visits visits;
    private final Replies replies;
    private final Views views;
    private final Workers workers;

    Gate(Router router, Visits visits, Replies replies, Views views, Workers workers) {
        this.router = router;
        this.visits = visits;
        this.replies = replies;
        this.views = views;
        this.workers = workers;
    }

    @Override
    public Routes page(String path, String operation, Reading reading) {
        router.get(path)
                .handler(context -> admitted(context, operation, signed -> {
                    Visit visit = visits.reading(context, signed);
                    return current(context)
                            .compose(position -> workers.run(() -> replies.rendered(reading.read(visit), visit)));
                }));
        return this;
    }

    @Override
    public Routes action(String path, String operation, Doing doing) {
        router.post(path)
                .handler(context -> admitted(
                        context,
                        operation,
                        signed -> visits.doing(context, signed)
                                .compose(visit -> doing.carryOut(visit)
                                        .compose(answer -> workers.run(() -> replies.rendered(answer, visit))))));
        return this;
    }

    private interface Step {
        Future<Rendered> answer(Signed signed);
    }

    private void admitted(RoutingContext context, String operation, Step step) {
        Signed signed = visits.signed(context);
        if (signed == null) {
            replies.signInFirst(context);
            return;
        }
        Future<Rendered> answer;
        try {
            visits.requireAllowed(context, signed, operation);
            answer = step.answer(signed);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        answer.onSuccess(rendered -> replies.send(context, rendered))
                .onFailure(failure -> replies.trouble(context, failure));
    }

    /** Views that hold everything that was acknowledged before this request. */
    private Future<?> current(RoutingContext context) {
        return Future.fromCompletionStage(
                views.projection().current(), context.vertx().getOrCreateContext());
    }
}

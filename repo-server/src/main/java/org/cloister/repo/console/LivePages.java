package org.cloister.repo.console;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.cloister.repo.console.SignIn.Signed;
import org.cloister.repo.http.RefusedException;

/** Where pages listen to what is new. Who isn't signed in is told so by a status, as no person reads the answer. */
final class LivePages {
    private static final int UNAUTHENTICATED = 401;

    private final LiveEvents live;
    private final SignIn signIn;
    private final Visits visits;
    private final Replies replies;

    LivePages(LiveEvents live, SignIn signIn, Visits visits, Replies replies) {
        this.live = live;
        this.signIn = signIn;
        this.visits = visits;
        this.replies = replies;
    }

    void register(Router router) {
        router.get("/live").handler(this::listen);
    }

    private void listen(RoutingContext context) {
        Signed signed = visits.signed(context);
        if (signed == null) {
            Replies.html(context, UNAUTHENTICATED, "");
            return;
        }
        try {
            visits.requireAllowed(context, signed, "readEvents");
            live.begin(context, visits.reading(context, signed), () -> signIn.isOpen(signed.session()));
        } catch (RefusedException e) {
            replies.trouble(context, e);
        }
    }
}

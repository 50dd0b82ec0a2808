package org.cloister.repo.console;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.cloister.repo.console.SignIn.Signed;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.http.RefusedException;

/** Where people sign in and out. */
final class SignInPages {
    private final SignIn signIn;
    private final Visits visits;
    private final Replies replies;

    SignInPages(SignIn signIn, Visits visits, Replies replies) {
        this.signIn = signIn;
        this.visits = visits;
        this.replies = replies;
    }

    void register(Router router) {
        router.get("/login").handler(this::page);
        router.post("/login").handler(this::in);
        router.post("/logout").handler(this::out);
    }

    private void page(RoutingContext context) {
        try {
            replies.signIn(context, 200, next(Visit.fields(context.request().query())), "");
        } catch (RefusedException e) {
            replies.trouble(context, e);
        }
    }

    private void in(RoutingContext context) {
        Visits.form(context)
                .onSuccess(form -> {
                    String next = next(form);
                    SignIn.Refused refused = signIn.signIn(context, form);
                    if (refused == null) {
                        Replies.elsewhere(context, next);
                    } else {
                        replies.signIn(context, refused.status(), next, refused.reason());
                    }
                })
                .onFailure(failure -> replies.trouble(context, failure));
    }

    private void out(RoutingContext context) {
        Signed signed = visits.signed(context);
        if (signed == null) {
            replies.signInFirst(context);
            return;
        }
        visits.doing(context, signed)
                .onSuccess(visit -> {
                    signIn.signOut(context);
                    Replies.elsewhere(context, Links.ROOT + "/login");
                })
                .onFailure(failure -> replies.trouble(context, failure));
    }

    /** A page of the console, never another site's. */
    private static String next(Map<String, List<String>> fields) {
        String next = fields.getOrDefault("next", List.of("")).get(0);
        return next.startsWith(Links.ROOT + "/") && next.chars().noneMatch(c -> c <= ' ' || c == '\\' || c > 126)
                ? next
                : Links.ROOT + "/";
    }
}

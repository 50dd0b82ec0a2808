package org.cloister.repo.console;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.cloister.events.Principal;
import org.cloister.repo.command.Caller;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.Authenticator;
import org.cloister.repo.http.BearerToken;
import org.cloister.repo.http.RefusalLog;
import org.jspecify.annotations.Nullable;

/** People sign in with a token and get a cookie that no script reads and no other site sends. On event loops; doesn't block. */
final class SignIn {
    static final String COOKIE = "cloister-session";
    /** As refused ones are recorded: no operation of the described surface. */
    private static final String OPERATION = "console-sign-in";

    private final Authenticator authenticator;
    private final Sessions sessions;
    private final Attempts attempts;
    private final RefusalLog refusals;
    private final InstantSource clock;

    /** Who came with a session. */
    record Signed(Session session, Caller caller) {}

    SignIn(
            Authenticator authenticator,
            Sessions sessions,
            Attempts attempts,
            RefusalLog refusals,
            InstantSource clock) {
        this.authenticator = authenticator;
        this.sessions = sessions;
        this.attempts = attempts;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** Null if nobody is signed in, or the token with which they did opens nothing any more. */
    @Nullable
    Signed find(RoutingContext context) {
        Session session = sessions.find(cookie(context));
        Caller caller = session == null ? null : authenticator.holder(session.token());
        return session == null || caller == null ? null : new Signed(session, caller);
    }

    /** Whether the session goes on. */
    boolean isOpen(Session session) {
        return !session.isOver(clock.instant()) && authenticator.holder(session.token()) != null;
    }

    private static @Nullable String cookie(RoutingContext context) {
        Cookie cookie = context.request().getCookie(COOKIE);
        return cookie == null ? null : cookie.getValue();
    }

    /** Signs in and sets the cookie, or tells why not. */
    @Nullable
    Refused signIn(RoutingContext context, Map<String, List<String>> form) {
        String address = context.request().remoteAddress().hostAddress();
        Duration wait = attempts.wait(address);
        if (!wait.isZero()) {
            refused(address, Rule.TOO_MANY_REQUESTS);
            return new Refused(429, "Too many tokens were tried. Try again in " + (wait.toSeconds() + 1) + " s.");
        }
        List<String> text = form.getOrDefault("token", List.of());
        BearerToken token =
                text.isEmpty() ? null : BearerToken.parse(text.get(0).strip());
        Caller caller = token == null ? null : authenticator.authenticate(token);
        if (token == null || caller == null) {
            attempts.failed(address);
            refused(address, Rule.UNAUTHENTICATED);
            return new Refused(401, "This token opens nothing: it is unknown, revoked, expired, or not a token.");
        }
        if (caller.host() != null) {
            attempts.failed(address);
            refused(address, Rule.OTHER_HOST);
            return new Refused(403, "This token speaks for a host. People have tokens of their own.");
        }
        attempts.succeeded(address);
        sessions.close(cookie(context));
        Sessions.Opened opened = sessions.open(token.id());
        context.response().addCookie(sessionCookie(context, opened.cookie(), Sessions.LENGTH.toSeconds()));
        return null;
    }

    private void refused(String address, Rule rule) {
        refusals.note(Principal.ANONYMOUS, address, OPERATION, rule.text());
    }

    /** Why somebody isn't signed in. */
    record Refused(int status, String reason) {}

    void signOut(RoutingContext context) {
        sessions.close(cookie(context));
        context.response().addCookie(sessionCookie(context, "", 0));
    }

    private static Cookie sessionCookie(RoutingContext context, String value, long seconds) {
        return Cookie.cookie(COOKIE, value)
                .setPath(Links.ROOT)
                .setHttpOnly(true)
                .setSecure(context.request().isSSL())
                .setSameSite(CookieSameSite.STRICT)
                .setMaxAge(seconds);
    }
}

package org.cloister.repo.console;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cloister.events.Role;
import org.cloister.repo.command.Caller;
import org.cloister.repo.console.SignIn.Signed;
import org.cloister.repo.console.model.Viewer;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.ApiDocument;
import org.cloister.repo.http.ApiOperation;
import org.cloister.repo.http.LimitedBody;
import org.cloister.repo.http.RefusalLog;
import org.cloister.repo.http.RefusedException;
import org.jspecify.annotations.Nullable;

/** Who asks, whether they may, and what for. On the request's event loop; doesn't block. */
final class Visits {
    /** Forms have a few short fields. */
    private static final int MAX_FORM = 16 * 1024;

    private final Map<String, ApiOperation> operations = ApiDocument.load().operations();
    private final SignIn signIn;
    private final RefusalLog refusals;
    private final InstantSource clock;

    Visits(SignIn signIn, RefusalLog refusals, InstantSource clock) {
        this.signIn = signIn;
        this.refusals = refusals;
        this.clock = clock;
    }

    /** Null if nobody is signed in. */
    @Nullable
    Signed signed(RoutingContext context) {
        return signIn.find(context);
    }

    /** @throws RefusedException if the operation isn't open to them, which is recorded */
    void requireAllowed(RoutingContext context, Signed signed, String id) {
        ApiOperation operation = operations.get(id);
        if (operation == null) {
            throw new IllegalStateException("openapi.yaml has no operation " + id);
        }
        if (!operation.admits(signed.caller())) {
            String address = context.request().remoteAddress().hostAddress();
            refusals.note(signed.caller().principal(), address, id, Rule.ROLE_MISSING.text());
            throw RefusedException.of(
                    Rule.ROLE_MISSING,
                    signed.caller().principal() + " has none of the roles for this: "
                            + text(operation.roles().stream()),
                    "ask an administrator for a token with one of them");
        }
    }

    /** A request without a body. @throws RefusedException if its query is malformed */
    Visit reading(RoutingContext context, Signed signed) {
        return visit(context, signed, Visit.fields(context.request().query()));
    }

    /** A form of this session; fails with a {@link RefusedException} for any other. */
    Future<Visit> doing(RoutingContext context, Signed signed) {
        return form(context).map(form -> {
            Visit visit = visit(context, signed, form);
            byte[] sent = visit.text("form").getBytes(StandardCharsets.UTF_8);
            byte[] own = signed.session().formToken().getBytes(StandardCharsets.UTF_8);
            if (!MessageDigest.isEqual(sent, own)) {
                throw foreign();
            }
            return visit;
        });
    }

    /** The fields of a form that this site sent, as far as the browser tells (Fetch Metadata). */
    static Future<Map<String, List<String>>> form(RoutingContext context) {
        String site = context.request().getHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin")
                ? Future.failedFuture(foreign())
                : LimitedBody.read(context.request(), MAX_FORM)
                        .map(body -> Visit.fields(body.toString(StandardCharsets.UTF_8)));
    }

    private static RefusedException foreign() {
        return RefusedException.of(
                Rule.MALFORMED_REQUEST,
                "the form isn't one of this session, so nothing was done",
                "go back, load the page again and send the form from there");
    }

    private Visit visit(RoutingContext context, Signed signed, Map<String, List<String>> fields) {
        return new Visit(
                signed.session(),
                signed.caller(),
                viewer(signed),
                clock.instant(),
                Map.copyOf(context.pathParams()),
                fields);
    }

    Viewer viewer(Signed signed) {
        Caller caller = signed.caller();
        return new Viewer(
                caller.principal().text(),
                text(caller.roles().stream()),
                signed.session().formToken(),
                operations.values().stream()
                        .filter(operation -> operation.admits(caller))
                        .map(ApiOperation::id)
                        .collect(Collectors.toSet()));
    }

    private static String text(Stream<Role> roles) {
        return roles.sorted().map(Role::text).collect(Collectors.joining(", "));
    }
}

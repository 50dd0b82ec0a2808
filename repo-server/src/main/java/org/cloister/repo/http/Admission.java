package org.cloister.repo.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.validation.ValidatableRequest;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.cloister.events.Principal;
import org.cloister.repo.command.Caller;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/**
 * The first thing that happens to every request of the described surface: who asks, may they, and only then the body, within its
 * limit. As the router asks this before it validates, no operation can be reached around it.
 */
final class Admission implements RequestExtractor {
    private static final String CALLER = "cloister.caller";
    private static final String BODY = "cloister.body";

    private final Map<String, ApiOperation> operations;
    private final Authenticator authenticator;
    private final RequestRates rates;
    private final Supplier<CompletionStage<?>> current;

    /** @param current completes when the tokens that others issued until now are known */
    Admission(
            Map<String, ApiOperation> operations,
            Authenticator authenticator,
            RequestRates rates,
            Supplier<CompletionStage<?>> current) {
        this.rates = rates;
        this.current = current;
        this.operations = Map.copyOf(operations);
        this.authenticator = authenticator;
    }

    /** Who asks. Only on operations that need a token. */
    static Caller caller(RoutingContext context) {
        Caller caller = context.get(CALLER);
        if (caller == null) {
            throw new IllegalStateException("a public operation asked who calls");
        }
        return caller;
    }

    /** Who asks, as far as that is known. */
    static Principal principal(RoutingContext context) {
        Caller caller = context.get(CALLER);
        return caller == null ? Principal.ANONYMOUS : caller.principal();
    }

    /** The body of an operation that isn't streamed; empty if there was none. */
    static Buffer body(RoutingContext context) {
        Buffer body = context.get(BODY);
        return body == null ? Buffer.buffer() : body;
    }

    @Override
    public Future<ValidatableRequest> extractValidatableRequest(RoutingContext context, Operation described) {
        ApiOperation operation = operations.get(described.getOperationId());
        if (operation == null) {
            throw new IllegalStateException("an operation that isn't in the document: " + described.getOperationId());
        }
        if (operation.isPublic()) {
            return admitted(context, described, operation, ofRate(address(context)));
        }
        Caller caller = authenticator.authenticate(token(context));
        if (caller != null || !authenticator.isToken(token(context))) {
            return admitted(context, described, operation, admit(context, operation, caller));
        }
        // Another process may have issued the token a moment ago.
        HttpServerRequest request = context.request();
        request.pause();
        return Future.fromCompletionStage(current.get(), context.vertx().getOrCreateContext())
                .transform(known -> {
                    request.resume();
                    Caller late = authenticator.authenticate(token(context));
                    return admitted(context, described, operation, admit(context, operation, late));
                });
    }

    private static @Nullable String token(RoutingContext context) {
        return context.request().getHeader("Authorization");
    }

    private static Future<ValidatableRequest> admitted(
            RoutingContext context, Operation described, ApiOperation operation, @Nullable Problem problem) {
        if (problem != null) {
            return Future.failedFuture(new RefusedException(problem));
        }
        HttpServerRequest request = context.request();
        if (operation.streamed()) {
            request.pause();
            return extract(context, described, operation, null);
        }
        return LimitedBody.read(request, operation.bodyLimit()).compose(body -> {
            context.put(BODY, body);
            return extract(context, described, operation, body);
        });
    }

    private static Future<ValidatableRequest> extract(
            RoutingContext context, Operation described, ApiOperation operation, @Nullable Buffer body) {
        try {
            return Future.succeededFuture(RequestParts.of(context, described, operation.query(), body));
        } catch (RefusedException e) {
            return Future.failedFuture(e);
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(RefusedException.of(
                    Rule.MALFORMED_REQUEST, "the path isn't percent-encoded as it should be", "encode it (RFC 3986)"));
        }
    }

    private @Nullable Problem admit(RoutingContext context, ApiOperation operation, @Nullable Caller caller) {
        if (caller == null) {
            Problem often = ofRate(address(context));
            return often != null
                    ? often
                    : Problem.of(
                            Rule.UNAUTHENTICATED,
                            "no valid token came with the request: it is missing, unknown, revoked or expired",
                            "send Authorization: Bearer with a token; an administrator issues them");
        }
        context.put(CALLER, caller);
        authenticator.dated(caller, context.request().getHeader("Date"));
        Problem often = ofRate(caller.principal().text());
        if (often != null) {
            return often;
        }
        if (!operation.admits(caller)) {
            return Problem.of(
                    Rule.ROLE_MISSING,
                    caller.principal() + " has none of the roles " + Roles.text(operation.roles()),
                    "ask an administrator for a token with one of them");
        }
        return isOfOtherHost(context, caller, operation)
                ? Problem.of(
                        Rule.OTHER_HOST,
                        "the token of " + caller.principal() + " speaks for the host " + caller.host() + " only",
                        "use a token that isn't bound to a host")
                : null;
    }

    /** Null if the caller may ask once more. */
    private @Nullable Problem ofRate(String caller) {
        return rates.admits(caller)
                ? null
                : Problem.of(
                        Rule.TOO_MANY_REQUESTS,
                        caller + " asks more often than one caller may",
                        "wait a second and ask again, less often; whoever runs the repository can raise"
                                + " --request-rate");
    }

    private static String address(RoutingContext context) {
        return context.request().remoteAddress().hostAddress();
    }

    private static boolean isOfOtherHost(RoutingContext context, Caller caller, ApiOperation operation) {
        if (caller.host() == null) {
            return false;
        }
        String host = context.pathParam("host");
        return !operation.hostBound()
                || (host != null && !host.equals(caller.host().text()));
    }
}

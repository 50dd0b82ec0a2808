package org.cloister.repo.http;

import io.vertx.core.json.DecodeException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.openapi.validation.ValidatorException;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.log.LogBusyException;
import org.cloister.repo.pool.StoreAwayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever ended a request into a problem document. */
public final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final int MAX_DETAIL = 600;

    private Failures() {}

    static void answer(RoutingContext context) {
        Replies.problem(context, problem(context));
    }

    static Problem problem(RoutingContext context) {
        Throwable cause = context.failure();
        return cause == null ? ofStatus(context) : of(context, cause);
    }

    static Problem notFound(RoutingContext context) {
        return Problem.of(
                Rule.NOT_FOUND,
                "there is no " + context.request().method() + " " + context.normalizedPath(),
                "see openapi.yaml for what there is");
    }

    private static Problem ofStatus(RoutingContext context) {
        return switch (context.statusCode()) {
            case 404, 405 -> notFound(context);
            case 413 -> LimitedBody.tooLarge(ApiDocument.DEFAULT_BODY_LIMIT).problem();
            case 400, 406, 415, 416, 417 -> malformed("the request isn't well-formed HTTP for this operation");
            default -> internal(context, null);
        };
    }

    /** What to tell of {@code failure}, which is written to the log where it isn't the client's. */
    public static Problem of(RoutingContext context, Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof HttpException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RefusedException refused) {
            return refused.problem();
        }
        if (cause instanceof HttpException) {
            return ofStatus(context);
        }
        if (cause instanceof ValidatorException || cause instanceof DecodeException) {
            return malformed(message(cause));
        }
        if (cause instanceof LogBusyException) {
            return RefusedException.of(
                            Rule.OVERLOADED, "the log has too many commands waiting", "try again in a moment")
                    .problem();
        }
        StoreAwayException away = storeAway(cause);
        if (away != null) {
            LOG.warn(
                    "{} {} failed: {}",
                    context.request().method(),
                    context.request().path(),
                    away.getMessage());
            return storeAway(away);
        }
        if (isFullDisk(cause)) {
            LOG.error(
                    "no space is left for {} {}",
                    context.request().method(),
                    context.request().path(),
                    cause);
            return Problem.of(
                    Rule.STORAGE_FULL,
                    "no space is left on the disk that holds the pool; nothing of this was kept",
                    "free space there, then send the same request again");
        }
        return internal(context, cause);
    }

    /** That the pool's store elsewhere is what failed, or null. */
    static @Nullable StoreAwayException storeAway(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreAwayException away) {
                return away;
            }
        }
        return null;
    }

    static Problem storeAway(StoreAwayException away) {
        return Problem.of(Rule.STORE_AWAY, away.detail(), away.remedy() + ", then send the same request again");
    }

    /** The JDK has no type for it, only the system's words (ENOSPC, EDQUOT). */
    private static boolean isFullDisk(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    static Problem malformed(String detail) {
        return Problem.of(Rule.MALFORMED_REQUEST, shortened(detail), "see openapi.yaml for the form of the request");
    }

    private static String message(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null && deepest.getCause().getMessage() != null) {
            deepest = deepest.getCause();
        }
        String text = String.valueOf(cause.getMessage());
        return deepest == cause ? text : text + " " + deepest.getMessage();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_DETAIL ? text : text.substring(0, MAX_DETAIL) + "…";
    }

    private static Problem internal(RoutingContext context, @Nullable Throwable cause) {
        String incident = UUID.randomUUID().toString().substring(0, 8);
        String request = context.request().method() + " " + context.request().path();
        if (cause instanceof IOException && context.response().closed()) {
            LOG.debug("{} hung up", request, cause);
        } else {
            LOG.error("incident {}: {} failed", incident, request, cause);
        }
        return Problem.internal(incident);
    }
}

package org.cloister.repo.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import org.cloister.repo.decide.Rule;

/** Reads a body into memory, within a limit. */
public final class LimitedBody {
    private final HttpServerRequest request;
    private final int limit;
    private final Buffer body = Buffer.buffer();
    private final Promise<Buffer> promise = Promise.promise();

    private LimitedBody(HttpServerRequest request, int limit) {
        this.request = request;
        this.limit = limit;
    }

    /** Fails with a {@link RefusedException} as soon as more than {@code limit} bytes are announced or there. */
    public static Future<Buffer> read(HttpServerRequest request, int limit) {
        if (announced(request) > limit) {
            return Future.failedFuture(tooLarge(limit));
        }
        return new LimitedBody(request, limit).start();
    }

    /** The length that the request announces, or -1. */
    static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    static RefusedException tooLarge(long limit) {
        return RefusedException.of(Rule.TOO_LARGE, "the body has more than " + limit + " bytes", "send less at a time");
    }

    private Future<Buffer> start() {
        if (expectsContinue(request)) {
            request.response().writeContinue();
        }
        request.handler(this::take);
        request.endHandler(end -> promise.tryComplete(body));
        request.exceptionHandler(promise::tryFail);
        return promise.future();
    }

    /** RFC 9110, section 10.1.1: the client waits to hear whether its body is wanted. */
    static boolean expectsContinue(HttpServerRequest request) {
        return "100-continue".equalsIgnoreCase(request.getHeader("Expect"));
    }

    private void take(Buffer chunk) {
        if (body.length() + chunk.length() > limit) {
            request.handler(rest -> {});
            promise.tryFail(tooLarge(limit));
        } else {
            body.appendBuffer(chunk);
        }
    }
}

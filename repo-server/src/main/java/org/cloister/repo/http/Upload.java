package org.cloister.repo.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.AsyncFile;
import io.vertx.core.file.OpenOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;

/**
 * Receives a body into a file, never faster than the disk takes it and never more than is allowed. The request was paused when it
 * was admitted; a client that waits for {@code 100 Continue} is told here to go on.
 */
final class Upload {
    private final HttpServerRequest request;
    private final AsyncFile file;
    private final long limit;
    private final Promise<Long> promise = Promise.promise();
    private long received;

    private Upload(HttpServerRequest request, AsyncFile file, long limit) {
        this.request = request;
        this.file = file;
        this.limit = limit;
    }

    /** Completes with the body's length when all of it was written; the caller deletes the file whatever happens. */
    static Future<Long> receive(Vertx vertx, HttpServerRequest request, Path target, long limit) {
        if (LimitedBody.announced(request) > limit) {
            return Future.failedFuture(LimitedBody.tooLarge(limit));
        }
        OpenOptions options = new OpenOptions().setWrite(true).setCreate(true).setTruncateExisting(true);
        return vertx.fileSystem()
                .open(target.toString(), options)
                .compose(file -> new Upload(request, file, limit).start());
    }

    private Future<Long> start() {
        request.exceptionHandler(gone -> finish(gone));
        request.handler(this::take);
        request.endHandler(end -> finish(null));
        file.exceptionHandler(this::finish);
        if (LimitedBody.expectsContinue(request)) {
            request.response().writeContinue();
        }
        request.resume();
        return promise.future();
    }

    private void take(Buffer chunk) {
        received += chunk.length();
        if (received > limit) {
            request.handler(rest -> {});
            finish(LimitedBody.tooLarge(limit));
            return;
        }
        file.write(chunk).onFailure(this::finish);
        if (file.writeQueueFull()) {
            request.pause();
            file.drainHandler(drained -> request.resume());
        }
    }

    private boolean finished;

    private void finish(@org.jspecify.annotations.Nullable Throwable failure) {
        if (finished) {
            return;
        }
        finished = true;
        file.close().onComplete(closed -> {
            if (failure != null) {
                promise.fail(failure);
            } else if (closed.failed()) {
                promise.fail(closed.cause());
            } else {
                promise.complete(received);
            }
        });
    }
}

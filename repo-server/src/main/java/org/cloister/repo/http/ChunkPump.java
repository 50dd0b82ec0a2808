package org.cloister.repo.http;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a source to a client with back pressure: at most one piece waits in the connection's queue while the next is made; a
 * client that doesn't read makes nothing happen. All of them share a {@link ChunkMemory}. An answer whose source fails is cut, so that nobody takes it for complete.
 */
final class ChunkPump {
    private static final Logger LOG = LoggerFactory.getLogger(ChunkPump.class);

    private final Context context;
    private final Workers workers;
    private final ChunkSource source;
    private final HttpServerResponse response;
    private boolean reading;
    private boolean gone;
    private boolean closed;

    private ChunkPump(Context context, Workers workers, ChunkSource source, HttpServerResponse response) {
        this.context = context;
        this.workers = workers;
        this.source = source;
        this.response = response;
    }

    /**
     * On the response's event loop. Ends the response and closes the source.
     *
     * @param first a piece that the source gave already, or null
     */
    static void run(
            Context context, Workers workers, ChunkSource source, HttpServerResponse response, @Nullable Buffer first) {
        ChunkPump pump = new ChunkPump(context, workers, source, response);
        workers.memory().begun();
        response.setChunked(!response.headers().contains("Content-Length"));
        response.exceptionHandler(e -> pump.hungUp());
        response.closeHandler(v -> pump.hungUp());
        if (response.closed()) {
            pump.hungUp();
        } else if (first == null) {
            pump.read();
        } else {
            pump.write(first);
        }
    }

    private void hungUp() {
        gone = true;
        if (!reading) {
            close();
        }
    }

    private void read() {
        if (gone || reading) {
            return;
        }
        reading = true;
        workers.goOn(() -> source.next(workers.memory().piece()))
                .onComplete(done -> context.runOnContext(v -> {
                    reading = false;
                    if (gone) {
                        close();
                    } else if (done.failed()) {
                        cut(done.cause());
                    } else if (done.result() == null) {
                        end();
                    } else {
                        write(done.result());
                    }
                }));
    }

    private void end() {
        close();
        Replies.noteWrite(response.end());
    }

    private void write(Buffer chunk) {
        Replies.noteWrite(response.write(chunk));
        if (response.writeQueueFull()) {
            response.drainHandler(v -> read());
        } else {
            read();
        }
    }

    private void cut(Throwable cause) {
        LOG.warn("an answer was cut short", cause);
        gone = true;
        close();
        response.reset();
    }

    private void close() {
        if (closed) {
            return;
        }
        closed = true;
        workers.memory().ended();
        workers.goOn(() -> {
                    source.close();
                    return true;
                })
                .onFailure(e -> LOG.warn("closing the source of an answer failed", e));
    }
}

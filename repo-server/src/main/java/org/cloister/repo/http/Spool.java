package org.cloister.repo.http;

import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.pool.Pool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Files on the pool's file system for bodies that are being received: a limited number at once, each of a limited size. */
final class Spool {
    private static final Logger LOG = LoggerFactory.getLogger(Spool.class);
    /** Bounds the disk that uploads take before anybody looked at them: this many times the limit of one. */
    private static final int MAX_UPLOADS = 16;

    private final Pool pool;
    private final Workers workers;
    private final long limit;
    private final Semaphore places = new Semaphore(MAX_UPLOADS);

    /** @param limit bytes of one body */
    Spool(Pool pool, Workers workers, long limit) {
        this.pool = pool;
        this.workers = workers;
        this.limit = limit;
    }

    /** What becomes of a received file, on a worker thread. */
    @FunctionalInterface
    interface Use<T> {
        T of(Path file) throws Exception;
    }

    /** Receives the body, lets {@code use} have it, and deletes it. */
    <T> Future<T> receive(Exchange exchange, Use<T> use) {
        if (!places.tryAcquire()) {
            return Future.failedFuture(RefusedException.of(
                    Rule.OVERLOADED, MAX_UPLOADS + " uploads are being received", "try again in a moment"));
        }
        return workers.run(pool::newSpoolFile)
                .compose(file -> Upload.receive(
                                exchange.context().vertx(), exchange.context().request(), file, limit)
                        .compose(length -> workers.run(() -> use.of(file)))
                        .eventually(() -> delete(file)))
                .onComplete(done -> places.release());
    }

    private Future<Boolean> delete(Path file) {
        return workers.run(() -> Files.deleteIfExists(file))
                .onFailure(e -> LOG.warn("{} stays until the next start", file, e))
                .otherwise(false);
    }
}

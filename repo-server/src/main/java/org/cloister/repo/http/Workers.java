package org.cloister.repo.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.cloister.repo.decide.Rule;

/** Threads for what blocks: the database, files, imports. Takes on a limited amount of work and refuses more. */
public final class Workers implements AutoCloseable {
    private final WorkerExecutor executor;
    private final int limit;
    private final AtomicInteger taken = new AtomicInteger();
    private final ChunkMemory memory = new ChunkMemory();

    /**
     * @param threads how many run at once
     * @param limit how many may run or wait
     */
    Workers(Vertx vertx, String name, int threads, int limit) {
        this.executor = vertx.createSharedWorkerExecutor(name, threads);
        this.limit = limit;
    }

    /** Runs {@code task}; completes on the caller's event loop. Fails with {@link Rule#OVERLOADED} beyond the limit. */
    public <T> Future<T> run(Callable<T> task) {
        if (taken.incrementAndGet() > limit) {
            taken.decrementAndGet();
            return Future.failedFuture(RefusedException.of(
                    Rule.OVERLOADED, "the repository has " + limit + " requests waiting", "try again in a moment"));
        }
        return executor.executeBlocking(task, false).onComplete(done -> taken.decrementAndGet());
    }

    /**
     * Runs the next step of an answer that has begun, which is never refused: there is at most one for each connection, and an answer that
     * is broken off was made for nothing and is asked for again. Completes on the caller's event loop; fails after {@link #close()}.
     */
    <T> Future<T> goOn(Callable<T> task) {
        try {
            return executor.executeBlocking(task, false);
        } catch (RejectedExecutionException e) {
            return Future.failedFuture(e);
        }
    }

    /** Of the answers that they make in pieces. */
    ChunkMemory memory() {
        return memory;
    }

    @Override
    public void close() {
        executor.close().onFailure(e -> {});
    }
}

package org.cloister.repo.pool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Steps that wait for a disk or a network, on several threads at once. Thread-safe. */
public final class Parallel implements AutoCloseable {
    private final int width;
    private final ExecutorService threads;

    /** @param name of its threads, which end with the process */
    public Parallel(String name, int width) {
        this.width = width;
        this.threads = Executors.newFixedThreadPool(width, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** One step per item; may be run by several threads at once. */
    @FunctionalInterface
    public interface Step<T> {
        void run(T item) throws IOException;
    }

    /** Runs {@code step} for every item and returns when all ended. After a failure no other begins. @throws IOException one failure */
    public <T> void each(List<T> items, Step<? super T> step) throws IOException {
        if (items.size() == 1) {
            step.run(items.get(0));
            return;
        }
        AtomicBoolean failed = new AtomicBoolean();
        List<Callable<Void>> tasks = new ArrayList<>();
        int share = Math.max(1, (items.size() + width - 1) / width);
        for (int from = 0; from < items.size(); from += share) {
            List<T> part = items.subList(from, Math.min(items.size(), from + share));
            tasks.add(() -> {
                boolean done = false;
                try {
                    for (int i = 0; i < part.size() && !failed.get(); i++) {
                        step.run(part.get(i));
                    }
                    done = true;
                    return null;
                } finally {
                    failed.compareAndSet(false, !done);
                }
            });
        }
        await(tasks);
    }

    private void await(List<Callable<Void>> tasks) throws IOException {
        try {
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while writing to the pool", e);
        } catch (ExecutionException e) {
            throw new IOException("can't write to the pool: " + e.getCause(), e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}

package org.cloister.repo;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Threads that live as long as one piece of starting. */
final class Threads {
    private Threads() {}

    /** Runs {@code task} on a new daemon thread. */
    static <T> CompletableFuture<T> start(String name, Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        future.complete(task.call());
                    } catch (Throwable e) {
                        future.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return future;
    }
}

package org.cloister.repo.postgres;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts child processes from one thread that lives as long as this process: Linux sends the parent-death signal when the
 * <em>thread</em> that started the child ends (prctl(2), PR_SET_PDEATHSIG).
 */
final class Nursery {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "child-processes");
        thread.setDaemon(true);
        return thread;
    });

    private Nursery() {}

    static Process start(ProcessBuilder builder) throws IOException {
        try {
            return THREAD.submit(builder::start).get();
        } catch (ExecutionException e) {
            throw new IOException("could not start " + builder.command(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting " + builder.command(), e);
        }
    }
}

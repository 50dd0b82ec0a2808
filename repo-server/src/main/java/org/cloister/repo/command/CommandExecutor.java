package org.cloister.repo.command;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The threads on which commands read the log and decide. */
public final class CommandExecutor {
    /** Each may hold a connection to the database while it reads a stream. */
    private static final int THREADS = 8;

    private CommandExecutor() {}

    /** Its queue has no limit of its own: {@link CommandRunner#MAX_IN_FLIGHT} is one. Its owner shuts it down. */
    public static ExecutorService start() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(THREADS, THREADS, 1, TimeUnit.MINUTES, new LinkedBlockingQueue<>(), work -> {
            Thread thread = new Thread(work, "command-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }
}

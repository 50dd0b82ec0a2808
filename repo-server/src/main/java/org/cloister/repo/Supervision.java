package org.cloister.repo;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts an embedded service again when it died. One thread for each service. */
final class Supervision implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervision.class);
    /** A service that dies at once is started again this often, no more. */
    private static final long CHECK_MILLIS = 1_000;

    private final ScheduledExecutorService thread;

    /** Starts the service; throws if it doesn't come up. */
    @FunctionalInterface
    interface Restart {
        void run() throws IOException;
    }

    private Supervision(String name) {
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread daemon = new Thread(task, name + "-supervision");
            daemon.setDaemon(true);
            return daemon;
        });
    }

    static Supervision of(String name, BooleanSupplier alive, Restart restart) {
        Supervision supervision = new Supervision(name);
        ScheduledFuture<?> unused = supervision.thread.scheduleWithFixedDelay(
                () -> check(name, alive, restart), CHECK_MILLIS, CHECK_MILLIS, TimeUnit.MILLISECONDS);
        return supervision;
    }

    private static void check(String name, BooleanSupplier alive, Restart restart) {
        if (alive.getAsBoolean()) {
            return;
        }
        LOG.warn("{} ended; starting it again", name);
        try {
            restart.run();
        } catch (IOException | RuntimeException e) {
            LOG.error("{} does not start; trying again", name, e);
        }
    }

    /** Returns when no restart is under way: the service can be stopped then. */
    @Override
    public void close() throws InterruptedException {
        thread.shutdown();
        if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
            LOG.warn("a restart takes over a minute");
        }
    }
}

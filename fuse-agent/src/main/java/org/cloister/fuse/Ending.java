package org.cloister.fuse;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this process undoes when it ends, told to (SIGTERM, SIGINT) or by itself, in the opposite order of what was done; also
 * when it is told so before it has quite started. For all threads.
 */
final class Ending {
    private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

    /** Something to do, or to undo. */
    interface Step {
        void run() throws IOException, InterruptedException;
    }

    private final Deque<Step> steps = new ArrayDeque<>();
    private boolean begun;

    private Ending() {}

    /** Of this process. */
    static Ending ofThisProcess() throws InterruptedException {
        Ending ending = new Ending();
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(ending::end, "ending"));
        } catch (IllegalStateException endsAlready) {
            await();
        }
        return ending;
    }

    /** Does {@code step}, which {@code undo} undoes if it succeeds. When this process ends already, it isn't done, and this never returns. */
    void begin(Step step, Step undo) throws IOException, InterruptedException {
        synchronized (this) {
            if (!begun) {
                step.run();
                steps.push(undo);
                return;
            }
        }
        await();
    }

    /** Returns when this process does not end yet. */
    void check() throws InterruptedException {
        boolean ends;
        synchronized (this) {
            ends = begun;
        }
        if (ends) {
            await();
        }
    }

    /** Until the process is gone. */
    static void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }

    private void end() {
        synchronized (this) {
            begun = true;
        }
        while (!steps.isEmpty()) {
            try {
                steps.pop().run();
            } catch (IOException | InterruptedException e) {
                LOG.warn("while ending", e);
            }
        }
    }
}

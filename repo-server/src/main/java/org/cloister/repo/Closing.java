package org.cloister.repo;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what was started, the last first; a failure of one keeps none of the others. Thread-safe. */
final class Closing implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private record Part(String name, AutoCloseable part) {}

    private final Deque<Part> parts = new ArrayDeque<>();
    private boolean closed;

    /** Closes at once if this is closed already. */
    <T extends AutoCloseable> T add(String name, T part) {
        Part entry = new Part(name, part);
        boolean late;
        synchronized (this) {
            late = closed;
            if (!late) {
                parts.push(entry);
            }
        }
        if (late) {
            close(entry);
        }
        return part;
    }

    private static void close(Part entry) {
        try {
            entry.part().close();
        } catch (Exception e) {
            LOG.warn("{} did not stop in order", entry.name(), e);
        }
    }

    @Override
    public void close() {
        while (true) {
            Part entry;
            synchronized (this) {
                closed = true;
                if (parts.isEmpty()) {
                    return;
                }
                entry = parts.pop();
            }
            close(entry);
        }
    }
}

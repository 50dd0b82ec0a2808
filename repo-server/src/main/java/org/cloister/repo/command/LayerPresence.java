package org.cloister.repo.command;

import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;

/** What the pool has, and keeps while a command is about to name it. Thread-safe; may block. */
@FunctionalInterface
public interface LayerPresence {
    /** Whether the manifest and every object that it names are stored, durable. */
    boolean complete(LayerId layer);

    /** For a command; closed when its events are durable. Without a collector nothing has to be kept, and all is there. */
    default Keeping keeping() {
        return Keeping.OF_ALL;
    }

    /** Until its answer is closed nothing at all goes; waits for what is on its way out. */
    default Keeping keepingAll() throws InterruptedException {
        return Keeping.OF_ALL;
    }

    /** What doesn't go. */
    interface Keeping extends AutoCloseable {
        /** Keeps nothing and finds everything. */
        Keeping OF_ALL = new Keeping() {
            @Override
            public boolean layer(LayerId layer) {
                return true;
            }

            @Override
            public boolean artifact(Digest artifact) {
                return true;
            }

            @Override
            public void close() {}
        };

        /** Whether it is here; then it stays until this is closed. */
        boolean layer(LayerId layer);

        /** Whether it is here; then it stays until this is closed. */
        boolean artifact(Digest artifact);

        @Override
        void close();
    }
}

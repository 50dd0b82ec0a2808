package org.cloister.repo.command;

import org.cloister.events.layer.LayerId;

/** What the pool has. Thread-safe; may block. */
@FunctionalInterface
public interface LayerPresence {
    /** Whether the manifest and every object that it names are stored, durable. */
    boolean complete(LayerId layer);
}

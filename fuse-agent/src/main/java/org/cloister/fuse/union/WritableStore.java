package org.cloister.fuse.union;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import org.cloister.events.RootName;
import org.cloister.fuse.tree.UpperNode;

/** Where writable layers are kept. */
public interface WritableStore {
    /** Soon {@link #open} will be called for these, so they may be opened meanwhile. What can't be read is told then. */
    default void expect(List<RootName> roots) {}

    /**
     * {@code slot} is the root's as long as the mount lives. {@code lock} is the root's: held in shared mode while changes are gathered. {@code reclaim} hears of nodes without a name,
     * once that is durable.
     */
    Writable open(RootName root, int slot, StampedLock lock, Consumer<UpperNode> reclaim) throws IOException;

    /** Everything that was written to the root is gone when it returns. It must be closed. */
    void delete(RootName root) throws IOException;
}

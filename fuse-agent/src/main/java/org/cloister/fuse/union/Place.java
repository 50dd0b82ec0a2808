package org.cloister.fuse.union;

import org.cloister.events.Digest;
import org.cloister.fuse.tree.LowerNode;
import org.cloister.fuse.tree.Node;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UpperNode;
import org.jspecify.annotations.Nullable;

/**
 * Where the content of a file stands at one moment.
 *
 * @param own in a file of its own, whose number is {@code id}
 * @param object null: it has its own content
 */
record Place(boolean own, long id, @Nullable Digest object, long size) {
    /** Throws when {@code node} is gone or no file. */
    static Place of(UnionRoot root, long node) throws BackingFailure {
        long stamp = root.lock.readLock();
        try {
            Node found = root.tree.node(NodeId.local(node));
            if (found == null || !found.isFile()) {
                throw new BackingFailure(Status.STALE, "no file to open");
            }
            if (found instanceof UpperNode upper) {
                LowerNode lower = upper.lower();
                return upper.ownContent() || lower == null
                        ? new Place(true, upper.id(), null, upper.size())
                        : new Place(false, upper.id(), lower.object(), lower.size());
            }
            LowerNode lower = (LowerNode) found;
            return new Place(false, 0, lower.object(), lower.size());
        } finally {
            root.lock.unlockRead(stamp);
        }
    }
}

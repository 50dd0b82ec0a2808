package org.cloister.fuse.union;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.cloister.fuse.tree.UpperNode;
import org.jspecify.annotations.Nullable;

/**
 * Files that were unlinked, and that the kernel may still have open: their content is deleted when they have no name for good and it has
 * forgotten them. That is how a full disk gets room. Safe for all threads; no root's lock is held over I/O.
 */
final class NamelessFiles {
    /** What who finds the disk full waits for files that were unlinked and are not open any more. */
    private static final long FORGETTING_MILLIS = 100;

    private final Backing backing;
    private final OpenFiles files;
    /** Unlinked for good, but still known to the kernel: deleted when it forgets them. Guarded by itself. */
    private final Map<Long, UpperNode> lingering = new HashMap<>();

    NamelessFiles(Backing backing, OpenFiles files) {
        this.backing = backing;
        this.files = files;
    }

    /** {@code root} found the disk full. True: what was unlinked before takes no room any more, so that may be tried again. */
    boolean makeRoom(UnionRoot root) {
        boolean made = root.writable.makeRoom();
        awaitForgotten();
        return made;
    }

    /** The kernel forgets an unlinked file that nobody has open at once, and tells us on another thread. */
    private void awaitForgotten() {
        long end = System.nanoTime() + FORGETTING_MILLIS * 1_000_000;
        synchronized (lingering) {
            try {
                for (long left = FORGETTING_MILLIS; !lingering.isEmpty() && left > 0; ) {
                    lingering.wait(left);
                    left = (end - System.nanoTime()) / 1_000_000;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@code gone} has no name and this is durable: its content goes when the kernel has forgotten it. */
    void reclaim(UnionRoot root, UpperNode gone) {
        if (!gone.ownContent()) {
            return;
        }
        long node = root.id(gone.local());
        synchronized (lingering) {
            if (isThere(root, gone)) {
                lingering.put(node, gone);
                return;
            }
        }
        backing.deleteContent(root.name, gone.id());
    }

    /** What a predecessor knew without a name: its content goes when the kernel has forgotten it. */
    void takeOver(UnionRoot root) {
        synchronized (lingering) {
            root.tree.unlinked().forEach(node -> {
                if (node.ownContent() && !node.isNameless()) {
                    lingering.put(root.id(node.local()), node);
                }
            });
        }
    }

    private static boolean isThere(UnionRoot root, UpperNode node) {
        long stamp = root.lock.readLock();
        try {
            return root.tree.node(node.local()) == node;
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    /**
     * The kernel has no reference to {@code node} any more. {@code known} says whether it has got one again meanwhile; asked
     * under the root's lock.
     */
    void forget(UnionRoot root, long node, LongPredicate known) {
        if (!isNameless(root, node) || files.isUsedWhenForgotten(node)) {
            return;
        }
        UpperNode gone = removed(root, node, known);
        if (gone == null) {
            return;
        }
        files.discard(node);
        boolean durable;
        synchronized (lingering) {
            durable = lingering.containsKey(node);
        }
        if (gone.ownContent() && (durable || gone.isNameless())) {
            backing.deleteContent(root.name, gone.id());
        }
        synchronized (lingering) {
            lingering.remove(node);
            lingering.notifyAll();
        }
    }

    private static boolean isNameless(UnionRoot root, long node) {
        long stamp = root.lock.readLock();
        try {
            return root.tree.node(NodeId.local(node)) instanceof UpperNode upper && upper.links() == 0;
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    private static @Nullable UpperNode removed(UnionRoot root, long node, LongPredicate known) {
        long stamp = root.begin();
        try {
            boolean gone = root.tree.node(NodeId.local(node)) instanceof UpperNode upper && upper.links() == 0;
            if (!gone || known.test(node)) {
                return null;
            }
            UpperNode upper = (UpperNode) root.tree.node(NodeId.local(node));
            if (upper != null) {
                root.names.forget(upper);
            }
            return upper;
        } finally {
            root.end(stamp);
        }
    }
}

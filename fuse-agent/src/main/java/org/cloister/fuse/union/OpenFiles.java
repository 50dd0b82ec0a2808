package org.cloister.fuse.union;

import java.util.function.BooleanSupplier;
import org.cloister.fuse.tree.LongMap;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor for each node that is open, shared by all who have it open: after copy-up every one of them reads what
 * is written. Its lock is never held over I/O, and a root's lock may be taken under it, never the other way round.
 */
final class OpenFiles {
    private static final class Open {
        final int descriptor;
        int users = 1;

        Open(int descriptor) {
            this.descriptor = descriptor;
        }
    }

    private final LongMap<Open> byNode = new LongMap<>();
    private final LongMap<Open> byDescriptor = new LongMap<>();
    private final Backing backing;

    OpenFiles(Backing backing) {
        this.backing = backing;
    }

    /** A descriptor that is open already, counted once more, or -1. */
    synchronized int join(long node) {
        Open open = byNode.get(node);
        if (open == null) {
            return -1;
        }
        open.users++;
        return open.descriptor;
    }

    /**
     * Registers {@code opened} for {@code node}, or closes it and joins the one that another thread registered first. -1,
     * and {@code opened} is closed, when {@code current} says that it is no longer the node's content.
     */
    int register(long node, int opened, BooleanSupplier current) {
        int result;
        synchronized (this) {
            Open open = byNode.get(node);
            if (open != null) {
                open.users++;
                result = open.descriptor;
            } else if (current.getAsBoolean()) {
                Open added = new Open(opened);
                byNode.put(node, added);
                byDescriptor.put(opened, added);
                return opened;
            } else {
                result = -1;
            }
        }
        backing.close(opened);
        return result;
    }

    /** All who have {@code node} open use {@code replacement} from now on. It is closed otherwise. */
    synchronized void replace(long node, int replacement) throws BackingFailure {
        Open open = byNode.get(node);
        if (open == null) {
            backing.close(replacement);
        } else {
            backing.replace(replacement, open.descriptor);
        }
    }

    /** One user less. True when it was the last. */
    boolean release(long node, int descriptor) {
        synchronized (this) {
            Open open = byDescriptor.get(descriptor);
            if (open == null || --open.users > 0) {
                return false;
            }
            byDescriptor.remove(descriptor);
            if (byNode.get(node) == open) {
                byNode.remove(node);
            }
        }
        backing.close(descriptor);
        return true;
    }

    synchronized boolean isOpen(long node) {
        @Nullable Open open = byNode.get(node);
        return open != null;
    }

    synchronized int size() {
        return byDescriptor.size();
    }
}

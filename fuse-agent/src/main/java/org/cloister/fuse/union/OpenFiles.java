package org.cloister.fuse.union;

import java.util.function.BooleanSupplier;
import org.cloister.fuse.tree.LongMap;
import org.jspecify.annotations.Nullable;

/**
 * One descriptor for each node that is in use, shared by all who use it: after copy-up every one of them reads what is
 * written. A descriptor that nobody uses stays open for a while, because the next request for the same file is near. Its lock
 * is never held over I/O, and a root's lock may be taken under it, never the other way round.
 */
final class OpenFiles {
    private static final class Open {
        final long node;
        final int descriptor;
        int users = 1;
        /** The kernel has forgotten the node while it was in use. */
        boolean forgotten;

        @Nullable
        Open older;

        @Nullable
        Open newer;

        Open(long node, int descriptor) {
            this.node = node;
            this.descriptor = descriptor;
        }
    }

    private final LongMap<Open> byNode = new LongMap<>();
    private final LongMap<Open> byDescriptor = new LongMap<>();
    private final Backing backing;
    private final int maxIdle;
    private @Nullable Open oldestIdle;
    private @Nullable Open newestIdle;
    private int idle;

    OpenFiles(Backing backing) {
        this.backing = backing;
        this.maxIdle = backing.idleDescriptors();
    }

    /** A descriptor that is open already, counted once more, or -1. */
    synchronized int join(long node) {
        Open open = byNode.get(node);
        if (open == null) {
            return -1;
        }
        use(open);
        return open.descriptor;
    }

    private void use(Open open) {
        if (open.users++ == 0) {
            unlink(open);
        }
    }

    private void unlink(Open open) {
        Open older = open.older;
        Open newer = open.newer;
        if (older == null) {
            oldestIdle = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newestIdle = older;
        } else {
            newer.older = older;
        }
        open.older = null;
        open.newer = null;
        idle--;
    }

    private void append(Open open) {
        open.older = newestIdle;
        if (newestIdle == null) {
            oldestIdle = open;
        } else {
            newestIdle.newer = open;
        }
        newestIdle = open;
        idle++;
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
                use(open);
                result = open.descriptor;
            } else if (current.getAsBoolean()) {
                Open added = new Open(node, opened);
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

    /** All who use {@code node} use {@code replacement} from now on. It is closed otherwise. */
    synchronized void replace(long node, int replacement) throws BackingFailure {
        Open open = byNode.get(node);
        if (open == null) {
            backing.close(replacement);
        } else {
            backing.replace(replacement, open.descriptor);
        }
    }

    /** One user less. True when it was the last and the kernel has forgotten the node. */
    boolean release(int descriptor) {
        Open closed = null;
        boolean forgotten = false;
        synchronized (this) {
            Open open = byDescriptor.get(descriptor);
            if (open == null || --open.users > 0) {
                return false;
            }
            if (byNode.get(open.node) != open) {
                byDescriptor.remove(descriptor);
                closed = open;
            } else {
                forgotten = open.forgotten;
                append(open);
                closed = idle > maxIdle ? evict() : null;
            }
        }
        if (closed != null) {
            backing.close(closed.descriptor);
        }
        return forgotten;
    }

    private @Nullable Open evict() {
        Open oldest = oldestIdle;
        if (oldest != null) {
            unlink(oldest);
            byNode.remove(oldest.node);
            byDescriptor.remove(oldest.descriptor);
        }
        return oldest;
    }

    /** Closes as many idle descriptors as there are, because the process has no more. False: there was none. */
    boolean closeIdle() {
        boolean closed = false;
        while (true) {
            Open oldest;
            synchronized (this) {
                oldest = evict();
            }
            if (oldest == null) {
                return closed;
            }
            backing.close(oldest.descriptor);
            closed = true;
        }
    }

    /** True while somebody uses {@code node}; {@link #release} tells then when nobody does any more. */
    synchronized boolean isUsedWhenForgotten(long node) {
        Open open = byNode.get(node);
        if (open == null || open.users == 0) {
            return false;
        }
        open.forgotten = true;
        return true;
    }

    /** Nobody will ask for {@code node} again. */
    void discard(long node) {
        discard(node, -1);
    }

    /** As above, if its descriptor is {@code only}; -1: whatever it is. */
    void discard(long node, int only) {
        Open closed;
        synchronized (this) {
            closed = byNode.get(node);
            if (closed == null || (only >= 0 && closed.descriptor != only)) {
                return;
            }
            byNode.remove(node);
            if (closed.users > 0) {
                return;
            }
            unlink(closed);
            byDescriptor.remove(closed.descriptor);
        }
        backing.close(closed.descriptor);
    }

    synchronized boolean isOpen(long node) {
        Open open = byNode.get(node);
        return open != null && open.users > 0;
    }

    /** In use now. */
    synchronized int size() {
        return byDescriptor.size() - idle;
    }
}

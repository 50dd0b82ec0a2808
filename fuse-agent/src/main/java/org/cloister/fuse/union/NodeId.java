package org.cloister.fuse.union;

/** A node's number in the mount: the root's slot above, the number within the root below. */
public final class NodeId {
    /** The mount's own top, which lists the roots; the kernel calls it 1 (FUSE_ROOT_ID). */
    public static final long MOUNT = 1;

    private static final int SHIFT = 40;
    private static final long LOCAL = (1L << SHIFT) - 1;

    private NodeId() {}

    static long of(int slot, long local) {
        return (long) (slot + 1) << SHIFT | local;
    }

    /** -1 for the mount's own top. */
    static int slot(long node) {
        return (int) (node >>> SHIFT) - 1;
    }

    static long local(long node) {
        return node & LOCAL;
    }
}

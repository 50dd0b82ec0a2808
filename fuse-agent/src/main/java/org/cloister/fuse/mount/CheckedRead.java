package org.cloister.fuse.mount;

import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.UnionContent;

/**
 * Reads that give EIO rather than a wrong byte of a shipped file, or the end of one before its end: what was read counts only if
 * the object is afterwards still what was hashed. For all threads.
 */
public final class CheckedRead {
    /** Whoever changes a file faster than it can be hashed gets EIO for it. */
    private static final int ATTEMPTS = 3;

    private final Native host;
    private final UnionContent content;

    public CheckedRead(Native host, UnionContent content) {
        this.host = host;
        this.content = content;
    }

    /** Bytes that were read into {@code buffer}, or a negative errno. */
    public long read(long node, long buffer, long wanted, long offset) {
        return read(node, buffer, wanted, offset, 0, () -> {});
    }

    /** As {@link #read(long, long, long, long)}; {@code beforeDisk} is run before this thread waits for bytes before {@code end}. */
    public long read(long node, long buffer, long wanted, long offset, long end, Runnable beforeDisk) {
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                int descriptor = content.borrow(node, false);
                long count = read(descriptor, buffer, wanted, offset, end, beforeDisk);
                boolean vouched = content.vouches(descriptor, offset, wanted, Math.max(-1, count));
                if (!vouched) {
                    content.doubt(node, descriptor);
                }
                content.release(node, descriptor);
                if (vouched) {
                    return count;
                }
            }
            return -Errno.of(Status.DAMAGED);
        } catch (BackingFailure failure) {
            return -Errno.of(failure.status());
        }
    }

    private long read(int descriptor, long buffer, long wanted, long offset, long end, Runnable beforeDisk) {
        long cached = offset < end ? host.readCached(descriptor, buffer, wanted, offset) : 0;
        if (cached == wanted || (cached > 0 && offset + cached >= end)) {
            return cached;
        }
        if (offset < end) {
            beforeDisk.run();
        }
        long rest = host.libc().pread(descriptor, buffer + cached, wanted - cached, offset + cached);
        return rest < 0 ? -host.errno() : cached + rest;
    }

    /** As {@link #read(long, long, long, long)}, first through a descriptor that the caller has; it goes on being the caller's. */
    public long read(long node, int descriptor, long buffer, long wanted, long offset) {
        long count = host.libc().pread(descriptor, buffer, wanted, offset);
        int errno = count < 0 ? host.errno() : 0;
        if (content.vouches(descriptor, offset, wanted, count)) {
            return count < 0 ? -errno : count;
        }
        content.doubt(node, descriptor);
        return read(node, buffer, wanted, offset);
    }
}

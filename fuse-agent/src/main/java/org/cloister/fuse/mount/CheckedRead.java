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
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                int descriptor = content.borrow(node, false);
                long count = host.libc().pread(descriptor, buffer, wanted, offset);
                int errno = count < 0 ? host.errno() : 0;
                boolean vouched = content.vouches(descriptor, offset, wanted, count);
                if (!vouched) {
                    content.doubt(node, descriptor);
                }
                content.release(node, descriptor);
                if (vouched) {
                    return count < 0 ? -errno : count;
                }
            }
            return -Errno.of(Status.DAMAGED);
        } catch (BackingFailure failure) {
            return -Errno.of(failure.status());
        }
    }

    /** As {@link #read}, first through a descriptor that the caller has; it goes on being the caller's. */
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

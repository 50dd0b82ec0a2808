package org.cloister.fuse.mount;

import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.Stat;

/**
 * Answers to requests. What is answered may be cached for ever: the kernel sees every change made through the mount, and is
 * told of the others (switch, reset). Each request is answered exactly once.
 */
final class Reply {
    /** Seconds; a year outlives every mount. */
    private static final double FOREVER = 365 * 86_400.0;

    private static final int GENERATION = 8;
    private static final int STAT = 16;

    private final LowLevelFuse fuse;
    private final Layouts layouts;
    private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

    Reply(LowLevelFuse fuse, Layouts layouts) {
        this.fuse = fuse;
        this.layouts = layouts;
    }

    Scratch scratch() {
        return scratch.get();
    }

    void status(long request, Status status) {
        fuse.fuse_reply_err(request, Errno.of(status));
    }

    void errno(long request, int errno) {
        fuse.fuse_reply_err(request, errno);
    }

    void entry(long request, Scratch memory, Status status) {
        if (status == Status.OK) {
            fuse.fuse_reply_entry(request, entry(memory, memory.stat));
        } else {
            status(request, status);
        }
    }

    /** "There is no such name", to be remembered by the kernel. */
    void negative(long request, Scratch memory) {
        Native.MEMORY.putLong(memory.entry, 0);
        Native.MEMORY.putDouble(memory.entry + STAT + layouts.statSize, FOREVER);
        Native.MEMORY.putDouble(memory.entry + STAT + layouts.statSize + Double.BYTES, FOREVER);
        fuse.fuse_reply_entry(request, memory.entry);
    }

    /** False: the caller was interrupted, and nobody will release what was opened. */
    boolean created(long request, Scratch memory, long fileInfo, long handle) {
        layouts.opened(fileInfo, handle);
        return fuse.fuse_reply_create(request, entry(memory, memory.stat), fileInfo) == 0;
    }

    boolean opened(long request, long fileInfo, long handle) {
        layouts.opened(fileInfo, handle);
        return fuse.fuse_reply_open(request, fileInfo) == 0;
    }

    void attributes(long request, Scratch memory, Status status) {
        if (status == Status.OK) {
            layouts.writeStat(memory.entry, memory.stat);
            fuse.fuse_reply_attr(request, memory.entry, FOREVER);
        } else {
            status(request, status);
        }
    }

    private long entry(Scratch memory, Stat stat) {
        long at = memory.entry;
        Native.MEMORY.putLong(at, stat.node);
        Native.MEMORY.putLong(at + GENERATION, 0);
        layouts.writeStat(at + STAT, stat);
        Native.MEMORY.putDouble(at + STAT + layouts.statSize, FOREVER);
        Native.MEMORY.putDouble(at + STAT + layouts.statSize + Double.BYTES, FOREVER);
        return at;
    }

    /** {@code d_type} of readdir(3). */
    static int direntType(int mode) {
        return (mode & Mode.TYPE) >> 12;
    }
}

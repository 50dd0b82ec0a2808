package org.cloister.fuse.mount;

import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import org.cloister.fuse.union.Stat;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;

/**
 * Where the fields of C structures are on this machine, as jnr-fuse knows it, and writing them without any object. Threads:
 * immutable.
 */
final class Layouts {
    private static final long NANOS = 1_000_000_000L;
    private static final int BLOCK = 512;
    private static final int IO_BLOCK = 4096;
    private static final int KEEP_CACHE = 1 << 1;

    private final int ino;
    private final int nlink;
    private final boolean wideLinks;
    private final int mode;
    private final int uid;
    private final int gid;
    private final int rdev;
    private final int size;
    private final int blksize;
    private final int blocks;
    private final int atime;
    private final int mtime;
    private final int ctime;
    private final int flags;
    private final int handle;
    final int statSize;

    Layouts(Runtime runtime) {
        FileStat stat = new FileStat(runtime);
        statSize = Struct.size(stat);
        ino = (int) stat.st_ino.offset();
        nlink = (int) stat.st_nlink.offset();
        mode = (int) stat.st_mode.offset();
        wideLinks = Math.abs(mode - nlink) == Long.BYTES;
        uid = (int) stat.st_uid.offset();
        gid = (int) stat.st_gid.offset();
        rdev = (int) stat.st_rdev.offset();
        size = (int) stat.st_size.offset();
        blksize = (int) stat.st_blksize.offset();
        blocks = (int) stat.st_blocks.offset();
        atime = (int) stat.st_atim.tv_sec.offset();
        mtime = (int) stat.st_mtim.tv_sec.offset();
        ctime = (int) stat.st_ctim.tv_sec.offset();
        FuseFileInfo info = FuseFileInfo.of(jnr.ffi.Pointer.wrap(runtime, 0));
        flags = (int) info.flags.offset();
        handle = (int) info.fh.offset();
    }

    int offsetOfHandle() {
        return handle;
    }

    void writeStat(long at, Stat stat) {
        Native.MEMORY.setMemory(at, statSize, (byte) 0);
        Native.MEMORY.putLong(at + ino, stat.node);
        if (wideLinks) {
            Native.MEMORY.putLong(at + nlink, stat.links);
        } else {
            Native.MEMORY.putInt(at + nlink, stat.links);
        }
        Native.MEMORY.putInt(at + mode, stat.mode);
        Native.MEMORY.putInt(at + uid, stat.uid);
        Native.MEMORY.putInt(at + gid, stat.gid);
        Native.MEMORY.putLong(at + rdev, deviceNumber(stat.device));
        Native.MEMORY.putLong(at + size, stat.size);
        Native.MEMORY.putLong(at + blksize, IO_BLOCK);
        Native.MEMORY.putLong(at + blocks, (stat.size + BLOCK - 1) / BLOCK);
        writeTime(at + atime, stat.atime);
        writeTime(at + mtime, stat.mtime);
        writeTime(at + ctime, stat.ctime);
    }

    private static void writeTime(long at, long nanos) {
        Native.MEMORY.putLong(at, Math.floorDiv(nanos, NANOS));
        Native.MEMORY.putLong(at + Long.BYTES, Math.floorMod(nanos, NANOS));
    }

    private static long readTime(long at) {
        long seconds = Native.MEMORY.getLong(at);
        long limit = Long.MAX_VALUE / NANOS - 1;
        return Math.max(-limit, Math.min(limit, seconds)) * NANOS + Native.MEMORY.getLong(at + Long.BYTES);
    }

    int mode(long stat) {
        return Native.MEMORY.getInt(stat + mode);
    }

    int uid(long stat) {
        return Native.MEMORY.getInt(stat + uid);
    }

    int gid(long stat) {
        return Native.MEMORY.getInt(stat + gid);
    }

    long size(long stat) {
        return Native.MEMORY.getLong(stat + size);
    }

    long atime(long stat) {
        return readTime(stat + atime);
    }

    long mtime(long stat) {
        return readTime(stat + mtime);
    }

    int flags(long fileInfo) {
        return Native.MEMORY.getInt(fileInfo + flags);
    }

    long handle(long fileInfo) {
        return Native.MEMORY.getLong(fileInfo + handle);
    }

    /** The page cache stays as it is: whatever changes a file goes through the kernel or is announced to it. */
    void opened(long fileInfo, long fh) {
        Native.MEMORY.putLong(fileInfo + handle, fh);
        long bits = fileInfo + handle - Integer.BYTES;
        Native.MEMORY.putInt(bits, Native.MEMORY.getInt(bits) | KEEP_CACHE);
    }

    /** glibc's makedev(3), which is what libfuse expects in {@code st_rdev}. */
    static long deviceNumber(long device) {
        long major = device >>> 32;
        long minor = device & 0xffffffffL;
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    }

    static long device(long number) {
        long major = (number >>> 8 & 0xfff) | (number >>> 32 & ~0xfffL);
        long minor = (number & 0xff) | (number >>> 12 & 0xffffff00L);
        return major << 32 | minor;
    }
}

package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.union.Stat;

/** {@code struct fuse_entry_out}, {@code fuse_attr_out} and {@code fuse_dirent} in memory. Each gives the bytes it took. */
final class EntryLayout {
    static final int ENTRY = 128;
    /** Seconds; ten years outlive every mount. */
    private static final long FOREVER = 10 * 365 * 86_400L;

    private static final int ATTRIBUTES = 104;
    private static final int ATTR_IN_ENTRY = 40;
    private static final int ATTR_IN_ATTRIBUTES = 16;
    private static final int DIRENT = 24;
    private static final int ALIGNMENT = 8;
    private static final int TYPE_SHIFT = 12;
    private static final long NANOS = 1_000_000_000L;
    private static final int BLOCK = 512;
    private static final int IO_BLOCK = 4096;
    private static final MemoryIO MEMORY = Native.MEMORY;

    private EntryLayout() {}

    static int entry(long at, Stat stat, long blocks) {
        MEMORY.putLong(at, stat.node);
        MEMORY.putLong(at + 8, 0);
        MEMORY.putLong(at + 16, FOREVER);
        MEMORY.putLong(at + 24, FOREVER);
        MEMORY.putLong(at + 32, 0);
        attr(at + ATTR_IN_ENTRY, stat, blocks);
        return ENTRY;
    }

    static int missing(long at) {
        MEMORY.setMemory(at, ENTRY, (byte) 0);
        MEMORY.putLong(at + 16, FOREVER);
        return ENTRY;
    }

    static int attributes(long at, Stat stat, long blocks) {
        MEMORY.putLong(at, FOREVER);
        MEMORY.putLong(at + 8, 0);
        attr(at + ATTR_IN_ATTRIBUTES, stat, blocks);
        return ATTRIBUTES;
    }

    /** Blocks of 512 bytes of a file without holes. */
    static long blocks(long size) {
        return (size + IO_BLOCK - 1) / IO_BLOCK * (IO_BLOCK / BLOCK);
    }

    private static void attr(long at, Stat stat, long blocks) {
        MEMORY.putLong(at, stat.node);
        MEMORY.putLong(at + 8, stat.size);
        MEMORY.putLong(at + 16, blocks);
        MEMORY.putLong(at + 24, Math.floorDiv(stat.atime, NANOS));
        MEMORY.putLong(at + 32, Math.floorDiv(stat.mtime, NANOS));
        MEMORY.putLong(at + 40, Math.floorDiv(stat.ctime, NANOS));
        MEMORY.putInt(at + 48, (int) Math.floorMod(stat.atime, NANOS));
        MEMORY.putInt(at + 52, (int) Math.floorMod(stat.mtime, NANOS));
        MEMORY.putInt(at + 56, (int) Math.floorMod(stat.ctime, NANOS));
        MEMORY.putInt(at + 60, stat.mode);
        MEMORY.putInt(at + 64, stat.links);
        MEMORY.putInt(at + 68, stat.uid);
        MEMORY.putInt(at + 72, stat.gid);
        MEMORY.putInt(at + 76, kernelDevice(stat.device));
        MEMORY.putInt(at + 80, IO_BLOCK);
        MEMORY.putInt(at + 84, 0);
    }

    /** How much an entry of a listing takes. */
    static int direntSize(String name) {
        return DIRENT + (name.length() + ALIGNMENT - 1 & -ALIGNMENT);
    }

    static int dirent(long at, String name, Stat stat, long cookie) {
        int size = direntSize(name);
        MEMORY.putLong(at + size - ALIGNMENT, 0);
        MEMORY.putLong(at, stat.node);
        MEMORY.putLong(at + 8, cookie);
        MEMORY.putInt(at + 16, name.length());
        MEMORY.putInt(at + 20, (stat.mode & Mode.TYPE) >> TYPE_SHIFT);
        for (int i = 0; i < name.length(); i++) {
            MEMORY.putByte(at + DIRENT + i, (byte) name.charAt(i));
        }
        return size;
    }

    /** The kernel's 32-bit {@code new_encode_dev} of {@code major << 32 | minor}. */
    static int kernelDevice(long device) {
        long major = device >>> 32;
        long minor = device & 0xffffffffL;
        return (int) ((minor & 0xff) | major << 8 | (minor & ~0xffL) << 12);
    }

    static long device(int encoded) {
        long major = (encoded & 0xfff00) >> 8;
        long minor = (encoded & 0xff) | (encoded >>> 12 & 0xfff00);
        return major << 32 | minor;
    }
}

package org.cloister.fuse.union;

/** Where an operation writes what it found; one per thread, used again and again. Units as in {@code tree.Node}. */
public final class Stat {
    /** What a directory says its size is, in bytes, as ext4 does of a small one: some programs take 0 for a file system that can't tell. */
    static final long DIRECTORY_SIZE = 4096;

    /** Hears of the change that an operation with this is about to make. */
    public Receipt receipt = Receipt.NONE;

    /** Unique in the mount: the kernel's node id and {@code st_ino}. */
    public long node;

    public int mode;
    public int links;
    public int uid;
    public int gid;
    public long size;
    public long device;
    public long atime;
    public long mtime;
    public long ctime;
    /** The file may take less room than {@link #size} says; {@link UnionContent#blocks} knows. */
    public boolean sparse;
}

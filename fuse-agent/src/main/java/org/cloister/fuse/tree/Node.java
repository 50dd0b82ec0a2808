package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * A file, directory or other inode of one root; never a path. Times are nanoseconds since 1970 (1677 to 2262). Link
 * count and inode number depend on the root: ask {@link UnionTree}.
 */
public abstract sealed class Node implements Outcome, PathWalk.Step permits LowerNode, UpperNode {
    /** Type and permission bits. */
    public abstract int mode();

    public abstract int uid();

    public abstract int gid();

    public abstract long size();

    public abstract long atime();

    public abstract long mtime();

    public abstract long ctime();

    /** Device number as {@code major << 32 | minor}. */
    public abstract long device();

    /** Target of a symbolic link, null for everything else. */
    @Override
    public abstract @Nullable String target();

    public abstract Attributes attributes();

    @Override
    public final boolean isDirectory() {
        return (mode() & Mode.TYPE) == Mode.DIRECTORY;
    }

    /** A character or block device. */
    public final boolean isDevice() {
        return Mode.isDevice(mode());
    }

    public final boolean isFile() {
        return (mode() & Mode.TYPE) == Mode.FILE;
    }

    public final boolean isLink() {
        return (mode() & Mode.TYPE) == Mode.LINK;
    }
}

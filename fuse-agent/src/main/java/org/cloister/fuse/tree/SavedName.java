package org.cloister.fuse.tree;

/** A name of the writable layer as it is kept over a restart. {@code child} is 0 for a whiteout. */
public record SavedName(long directory, String name, long child) {
    public static final long WHITEOUT = 0;
}

package org.cloister.fuse.tree;

/**
 * A name of the writable layer as it is kept over a restart.
 *
 * @param child 0 for a whiteout
 * @param cookie where a listing goes on after it; 0 when that was never kept
 */
public record SavedName(long directory, String name, long child, long cookie) {
    public static final long WHITEOUT = 0;
}

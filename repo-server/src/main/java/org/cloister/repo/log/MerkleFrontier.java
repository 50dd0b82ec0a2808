package org.cloister.repo.log;

import java.util.List;
import org.cloister.events.log.MerkleHash;
import org.jspecify.annotations.Nullable;

/**
 * The right edge of an RFC 6962 tree: all that appending needs of it, one hash for each bit of the size. Not thread-safe.
 */
final class MerkleFrontier {
    /** The height of a tile (C2SP tlog-tiles). */
    static final int TILE_HEIGHT = 8;

    /** {@code complete[k]} is the root of the subtree of 2^k leaves that ends the tree's first {@code size >> k << k} leaves. */
    private final byte[] @Nullable [] complete;

    private long size;

    /** The empty tree's. */
    MerkleFrontier() {
        this(0, new byte[Long.SIZE][]);
    }

    private MerkleFrontier(long size, byte[] @Nullable [] complete) {
        this.size = size;
        this.complete = complete;
    }

    /** The root of a complete subtree of 256^level leaves, the {@code index}th of its level from 0. */
    record Subtree(int level, long index, byte[] hash) {}

    /** From the roots of the complete subtrees that make up the tree, largest first. */
    static MerkleFrontier of(long size, List<byte[]> largestFirst) {
        byte[][] complete = new byte[Long.SIZE][];
        int next = 0;
        for (int k = Long.SIZE - 1; k >= 0; k--) {
            if ((size >> k & 1) == 1) {
                complete[k] = largestFirst.get(next++);
            }
        }
        return new MerkleFrontier(size, complete);
    }

    MerkleFrontier copy() {
        return new MerkleFrontier(size, complete.clone());
    }

    long size() {
        return size;
    }

    /** Adds a leaf by its hash, and to {@code completed} the subtrees of whole tiles that it completes. */
    void append(byte[] leafHash, List<Subtree> completed) {
        byte[] hash = leafHash;
        int height = 0;
        while ((size >> height & 1) == 1) {
            hash = MerkleHash.node(at(height), hash);
            height++;
            if (height % TILE_HEIGHT == 0) {
                completed.add(new Subtree(height / TILE_HEIGHT, size >> height, hash));
            }
        }
        complete[height] = hash;
        size++;
    }

    /** The root hash of the tree. */
    byte[] root() {
        if (size == 0) {
            return MerkleHash.empty();
        }
        int height = Long.numberOfTrailingZeros(size);
        byte[] hash = at(height);
        for (int k = height + 1; k < Long.SIZE; k++) {
            if ((size >> k & 1) == 1) {
                hash = MerkleHash.node(at(k), hash);
            }
        }
        return hash;
    }

    private byte[] at(int height) {
        byte[] hash = complete[height];
        if (hash == null) {
            throw new IllegalStateException("no subtree of height " + height + " at size " + size);
        }
        return hash;
    }
}

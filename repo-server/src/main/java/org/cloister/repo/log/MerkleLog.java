package org.cloister.repo.log;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.log.MerkleHash;

/**
 * Roots and proofs of an RFC 6962 log (sections 2.1, 2.1.1 and 2.1.2) from its tiles. Each reads a few tiles for every
 * level. Pure; as thread-safe as its tiles.
 */
final class MerkleLog {
    private final Tiles tiles;

    MerkleLog(Tiles tiles) {
        this.tiles = tiles;
    }

    /** The root hash of the first {@code size} leaves. */
    byte[] root(long size) {
        return size == 0 ? MerkleHash.empty() : tree(0, size);
    }

    MerkleFrontier frontier(long size) {
        List<byte[]> subtrees = new ArrayList<>();
        long start = 0;
        for (int height = Long.SIZE - 2; height >= 0; height--) {
            if ((size >> height & 1) == 1) {
                subtrees.add(subtree(start, height));
                start += 1L << height;
            }
        }
        return MerkleFrontier.of(size, subtrees);
    }

    /** The audit path of leaf {@code index} (from 0) in the tree of {@code size} leaves. */
    List<byte[]> inclusion(long index, long size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("leaf " + index + " is not in a tree of " + size);
        }
        List<byte[]> path = new ArrayList<>();
        inclusion(index, 0, size, path);
        return path;
    }

    private void inclusion(long index, long start, long size, List<byte[]> path) {
        if (size == 1) {
            return;
        }
        long left = leftSize(size);
        if (index < start + left) {
            inclusion(index, start, left, path);
            path.add(tree(start + left, size - left));
        } else {
            inclusion(index, start + left, size - left, path);
            path.add(tree(start, left));
        }
    }

    /** The proof that the tree of {@code from} leaves is a prefix of the tree of {@code to} leaves. */
    List<byte[]> consistency(long from, long to) {
        if (from < 0 || from > to) {
            throw new IllegalArgumentException("a tree of " + from + " is no prefix of one of " + to);
        }
        List<byte[]> path = new ArrayList<>();
        if (from > 0 && from < to) {
            consistency(from, 0, to, true, path);
        }
        return path;
    }

    /** SUBPROOF of section 2.1.2, {@code known} being its b. */
    private void consistency(long from, long start, long size, boolean known, List<byte[]> path) {
        if (from == size) {
            if (!known) {
                path.add(tree(start, size));
            }
            return;
        }
        long left = leftSize(size);
        if (from <= left) {
            consistency(from, start, left, known, path);
            path.add(tree(start + left, size - left));
        } else {
            consistency(from - left, start + left, size - left, false, path);
            path.add(tree(start, left));
        }
    }

    /** MTH of {@code size} leaves from {@code start}, which is a multiple of a power of two not below {@code size}. */
    private byte[] tree(long start, long size) {
        if (Long.bitCount(size) == 1) {
            return subtree(start, Long.numberOfTrailingZeros(size));
        }
        long left = leftSize(size);
        return MerkleHash.node(tree(start, left), tree(start + left, size - left));
    }

    /** The root of the complete subtree of 2^height leaves from {@code start}. */
    private byte[] subtree(long start, int height) {
        int level = height / MerkleFrontier.TILE_HEIGHT;
        int count = 1 << height % MerkleFrontier.TILE_HEIGHT;
        List<byte[]> hashes = tiles.hashes(level, start >> level * MerkleFrontier.TILE_HEIGHT, count);
        while (hashes.size() > 1) {
            List<byte[]> above = new ArrayList<>(hashes.size() / 2);
            for (int i = 0; i < hashes.size(); i += 2) {
                above.add(MerkleHash.node(hashes.get(i), hashes.get(i + 1)));
            }
            hashes = above;
        }
        return hashes.get(0);
    }

    /** The largest power of two below {@code size}. */
    private static long leftSize(long size) {
        return Long.highestOneBit(size - 1);
    }
}

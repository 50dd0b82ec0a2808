package org.cloister.agent.command.audit;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.log.MerkleHash;

/**
 * The right edge of a growing Merkle tree (RFC 6962, section 2.1): the roots of its complete subtrees, the largest first. Enough to
 * go on from a verified size without the leaves before it. Not thread-safe.
 */
final class Frontier {
    private final List<byte[]> subtrees;
    private long size;

    Frontier() {
        this(0, List.of());
    }

    /** @throws IllegalArgumentException if a tree of that size has another number of subtrees */
    Frontier(long size, List<byte[]> subtrees) {
        if (size < 0 || Long.bitCount(size) != subtrees.size()) {
            throw new IllegalArgumentException(subtrees.size() + " subtrees in a tree of " + size);
        }
        this.size = size;
        this.subtrees = new ArrayList<>(subtrees);
    }

    long size() {
        return size;
    }

    List<byte[]> subtrees() {
        return List.copyOf(subtrees);
    }

    void add(byte[] leafHash) {
        byte[] hash = leafHash;
        for (long bits = size; (bits & 1) == 1; bits >>= 1) {
            hash = MerkleHash.node(subtrees.remove(subtrees.size() - 1), hash);
        }
        subtrees.add(hash);
        size++;
    }

    byte[] root() {
        if (subtrees.isEmpty()) {
            return MerkleHash.empty();
        }
        byte[] hash = subtrees.get(subtrees.size() - 1);
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            hash = MerkleHash.node(subtrees.get(i), hash);
        }
        return hash;
    }
}

package org.cloister.repo.log;

import java.util.List;

/** The stored hashes of a Merkle log, as C2SP tlog-tiles arranges them: level {@code l} holds the roots of subtrees of 256^l leaves. */
interface Tiles {
    /** Hashes in a tile. */
    int WIDTH = 256;

    /**
     * {@code count} hashes of {@code level} from number {@code first}, which lie within one tile.
     *
     * @throws java.io.UncheckedIOException if the store failed
     * @throws IllegalStateException if the store lacks one of them
     */
    List<byte[]> hashes(int level, long first, int count);
}

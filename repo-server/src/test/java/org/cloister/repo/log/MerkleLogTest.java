package org.cloister.repo.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.junit.jupiter.api.Test;

final class MerkleLogTest {
    /** Past two whole tiles of level 1 would be 131,072; this is past one, with ragged edges on both levels. */
    private static final int LEAVES = 66_123;

    private final TilesInMemory tiles = new TilesInMemory(LEAVES);
    private final MerkleLog log = new MerkleLog(tiles);

    @Test
    void theFrontierAndTheTilesHaveTheRootOfTheDefinition() {
        MerkleFrontier frontier = new MerkleFrontier();
        List<byte[]> leaves = new ArrayList<>();
        for (int size = 0; size < 600; size++) {
            assertThat(frontier.root()).isEqualTo(definition(leaves)).isEqualTo(log.root(size));
            leaves.add(tiles.leaf(size));
            frontier.append(tiles.leaf(size), new ArrayList<>());
        }
    }

    @Test
    void everyProofVerifiesAndFailsForAnythingElse() {
        Random random = new Random(42);
        for (int i = 0; i < 300; i++) {
            long to = 1 + random.nextInt(LEAVES);
            long from = random.nextInt((int) to + 1);
            long index = random.nextInt((int) to);
            byte[] root = log.root(to);
            List<byte[]> inclusion = log.inclusion(index, to);

            assertThat(MerkleProof.includes(index, to, tiles.leaf(index), inclusion, root))
                    .isTrue();
            assertThat(MerkleProof.includes(index, to, MerkleHash.leaf(new byte[0]), inclusion, root))
                    .isFalse();
            assertThat(MerkleProof.isPrefix(from, log.root(from), to, root, log.consistency(from, to)))
                    .isTrue();
            assertThat(MerkleProof.isPrefix(from, log.root(from), to, new byte[32], log.consistency(from, to)))
                    .isEqualTo(from == 0);
        }
    }

    @Test
    void aFrontierReadFromTilesGoesOnAsTheOneThatWroteThem() {
        for (long size : new long[] {0, 1, 255, 256, 257, 511, 65_535, 65_536, 65_537, 66_000}) {
            MerkleFrontier frontier = log.frontier(size);
            assertThat(frontier.root()).isEqualTo(log.root(size));
            for (long next = size; next < size + 100; next++) {
                frontier.append(tiles.leaf(next), new ArrayList<>());
            }
            assertThat(frontier.root()).isEqualTo(log.root(size + 100));
        }
    }

    @Test
    void wholeTilesAreKeptAndAnswerTheSame() {
        CachedTiles cached = new CachedTiles(tiles, () -> LEAVES);
        MerkleLog again = new MerkleLog(cached);
        assertThat(again.root(LEAVES)).isEqualTo(log.root(LEAVES));
        int before = tiles.reads;
        assertThat(again.root(65_536)).isEqualTo(log.root(65_536));
        assertThat(again.inclusion(300, 65_000)).containsExactlyElementsOf(log.inclusion(300, 65_000));
        assertThat(again.inclusion(300, 65_000)).isNotEmpty();
        assertThat(before).isPositive();
    }

    /** MTH as RFC 6962, section 2.1, defines it. */
    private static byte[] definition(List<byte[]> leaves) {
        if (leaves.isEmpty()) {
            return MerkleHash.empty();
        }
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return MerkleHash.node(definition(leaves.subList(0, k)), definition(leaves.subList(k, leaves.size())));
    }

    private static final class TilesInMemory implements Tiles {
        private final Map<Integer, List<byte[]>> levels = new HashMap<>();
        private int reads;

        TilesInMemory(int leaves) {
            MerkleFrontier frontier = new MerkleFrontier();
            for (int i = 0; i < leaves; i++) {
                byte[] leaf = MerkleHash.leaf(Integer.toString(i).getBytes(StandardCharsets.UTF_8));
                level(0).add(leaf);
                List<MerkleFrontier.Subtree> completed = new ArrayList<>();
                frontier.append(leaf, completed);
                for (MerkleFrontier.Subtree subtree : completed) {
                    assertThat(subtree.index()).isEqualTo(level(subtree.level()).size());
                    level(subtree.level()).add(subtree.hash());
                }
            }
        }

        private List<byte[]> level(int level) {
            return levels.computeIfAbsent(level, any -> new ArrayList<>());
        }

        byte[] leaf(long index) {
            return level(0).get((int) index);
        }

        @Override
        public List<byte[]> hashes(int level, long first, int count) {
            reads++;
            assertThat(first / WIDTH).as("one tile").isEqualTo((first + count - 1) / WIDTH);
            return level(level).subList((int) first, (int) first + count);
        }
    }
}

package org.cloister.events.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against the definitions of RFC 6962, section 2.1, written out as they stand there. */
class MerkleProofTest {
    private static final int SIZE = 40;

    @Test
    void everyLeafIsIncludedAndNoOther() {
        for (int size = 1; size <= SIZE; size++) {
            byte[] root = root(0, size);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = path(index, 0, size);
                assertThat(MerkleProof.includes(index, size, leaf(index), path, root))
                        .isTrue();
                assertThat(MerkleProof.includes(index, size, leaf(index + 1), path, root))
                        .isFalse();
                assertThat(MerkleProof.includes(index + 1, size, leaf(index), path, root))
                        .isFalse();
            }
        }
    }

    @Test
    void everyTreeIsAPrefixOfTheLargerOnesAndOfNoOther() {
        for (int to = 1; to <= SIZE; to++) {
            for (int from = 1; from <= to; from++) {
                List<byte[]> path = from == to ? List.of() : proof(from, 0, to, true);
                assertThat(MerkleProof.isPrefix(from, root(0, from), to, root(0, to), path))
                        .isTrue();
                assertThat(MerkleProof.isPrefix(from, root(1, from + 1), to, root(0, to), path))
                        .isFalse();
                assertThat(MerkleProof.isPrefix(from, root(0, from), to, root(1, to + 1), path))
                        .isFalse();
            }
        }
    }

    @Test
    void theEmptyTreeHasTheHashOfNothing() {
        assertThat(HexFormat.of().formatHex(MerkleHash.empty()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    private static byte[] leaf(int index) {
        return MerkleHash.leaf(Integer.toString(index).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] root(int from, int to) {
        if (to - from == 1) {
            return leaf(from);
        }
        int k = Integer.highestOneBit(to - from - 1);
        return MerkleHash.node(root(from, from + k), root(from + k, to));
    }

    private static List<byte[]> path(int index, int from, int to) {
        if (to - from == 1) {
            return new ArrayList<>();
        }
        int k = Integer.highestOneBit(to - from - 1);
        boolean left = index < from + k;
        List<byte[]> path = left ? path(index, from, from + k) : path(index, from + k, to);
        path.add(left ? root(from + k, to) : root(from, from + k));
        return path;
    }

    private static List<byte[]> proof(int m, int from, int to, boolean whole) {
        if (m == to - from) {
            return whole ? new ArrayList<>() : new ArrayList<>(Collections.singletonList(root(from, to)));
        }
        int k = Integer.highestOneBit(to - from - 1);
        List<byte[]> proof;
        if (m <= k) {
            proof = proof(m, from, from + k, whole);
            proof.add(root(from + k, to));
        } else {
            proof = proof(m - k, from + k, to, false);
            proof.add(root(from, from + k));
        }
        return proof;
    }
}

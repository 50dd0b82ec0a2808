package org.cloister.events.log;

import java.util.Arrays;
import java.util.List;

/** Verification of inclusion and consistency proofs (RFC 9162, sections 2.1.3.2 and 2.1.4.2; the trees are RFC 6962's). */
public final class MerkleProof {
    private MerkleProof() {}

    /**
     * Whether the leaf with {@code leafHash} is number {@code index} (from 0) of the tree of {@code size} leaves with
     * {@code root}.
     */
    public static boolean includes(long index, long size, byte[] leafHash, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        long fn = index;
        long sn = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : path) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                hash = MerkleHash.node(sibling, hash);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                hash = MerkleHash.node(hash, sibling);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(hash, root);
    }

    /** Whether the tree of {@code from} leaves is a prefix of the tree of {@code to} leaves. */
    public static boolean isPrefix(long from, byte[] fromRoot, long to, byte[] toRoot, List<byte[]> path) {
        if (from < 0 || from > to) {
            return false;
        }
        if (from == to) {
            return path.isEmpty() && Arrays.equals(fromRoot, toRoot);
        }
        if (from == 0) {
            return path.isEmpty();
        }
        boolean complete = Long.bitCount(from) == 1;
        if (path.isEmpty() && !complete) {
            return false;
        }
        long fn = from - 1;
        long sn = to - 1;
        int shift = Long.numberOfTrailingZeros(~fn);
        fn >>= shift;
        sn >>= shift;
        byte[] first = complete ? fromRoot : path.get(0);
        byte[] a = first;
        byte[] b = first;
        for (byte[] hash : complete ? path : path.subList(1, path.size())) {
            if (sn == 0) {
                return false;
            }
            if ((fn & 1) == 1 || fn == sn) {
                a = MerkleHash.node(hash, a);
                b = MerkleHash.node(hash, b);
                while ((fn & 1) == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                b = MerkleHash.node(b, hash);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(a, fromRoot) && Arrays.equals(b, toRoot);
    }
}

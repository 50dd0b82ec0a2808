package org.cloister.events.log;

import java.security.MessageDigest;
import org.cloister.events.Digest;

/** The hashes of RFC 6962, section 2.1: leaves and nodes are told apart by their first byte. 32-byte arrays. */
public final class MerkleHash {
    private MerkleHash() {}

    public static byte[] leaf(byte[] data) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update((byte) 0);
        return sha256.digest(data);
    }

    public static byte[] node(byte[] left, byte[] right) {
        MessageDigest sha256 = Digest.sha256();
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** The root of the tree without leaves. */
    public static byte[] empty() {
        return Digest.sha256().digest();
    }
}

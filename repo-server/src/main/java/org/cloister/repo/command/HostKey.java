package org.cloister.repo.command;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.HostId;

/** A host's Ed25519 key (RFC 8032, RFC 8410). */
final class HostKey {
    /** X.509 SubjectPublicKeyInfo of Ed25519 up to the key. */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int LENGTH = 44;
    private static final int ID_DIGITS = 16;

    private final byte[] encoded;
    private final PublicKey key;

    private HostKey(byte[] encoded, PublicKey key) {
        this.encoded = encoded;
        this.key = key;
    }

    /** Empty if {@code base64} isn't such a key, in this exact form. */
    static Optional<HostKey> parse(String base64) {
        try {
            byte[] encoded = Base64.getDecoder().decode(base64);
            if (encoded.length != LENGTH || !Arrays.equals(PREFIX, Arrays.copyOf(encoded, PREFIX.length))) {
                return Optional.empty();
            }
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
            return Optional.of(new HostKey(encoded, key));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** {@code h-} and the first 16 hex digits of the SHA-256 of the encoded key. */
    HostId host() {
        return new HostId("h-" + Digest.of(encoded).hex().substring(0, ID_DIGITS));
    }

    /** Whether {@code base64} is this key's signature over {@code message}. */
    boolean verifies(byte[] message, String base64) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key);
            signature.update(message);
            return signature.verify(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException | GeneralSecurityException e) {
            return false;
        }
    }
}

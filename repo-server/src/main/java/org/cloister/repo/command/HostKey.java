package org.cloister.repo.command;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.cloister.events.Digest;
import org.cloister.events.HostId;

/**
 * A host's Ed25519 key (RFC 8032, RFC 8410). Each enrolment, report and inventory is verified: Bouncy Castle does it in an eighth of the time
 * that Java 17 takes, which is a millisecond.
 */
final class HostKey {
    /** X.509 SubjectPublicKeyInfo of Ed25519 up to the key. */
    private static final byte[] PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private static final int LENGTH = 44;
    private static final int ID_DIGITS = 16;

    private final byte[] encoded;
    private final Ed25519PublicKeyParameters key;

    private HostKey(byte[] encoded, Ed25519PublicKeyParameters key) {
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
            return Optional.of(new HostKey(encoded, new Ed25519PublicKeyParameters(encoded, PREFIX.length)));
        } catch (IllegalArgumentException e) {
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
            Ed25519Signer verifier = new Ed25519Signer();
            verifier.init(false, key);
            verifier.update(message, 0, message.length);
            return verifier.verifySignature(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}

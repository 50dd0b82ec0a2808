package org.cloister.events.sign;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.cloister.events.PublisherKeyId;
import org.jspecify.annotations.Nullable;

/**
 * A signature beside what it signs. One line of a key's id, a blank and 64 bytes in Base64 (Ed25519, RFC 8032), or an armored OpenPGP
 * signature (RFC 9580, section 10.4). At most {@value #MAX_LENGTH} characters of ASCII. Says nothing of whether it is good.
 */
public final class DetachedSignature {
    /** An RSA key of 16,384 bits signs in 3,000. */
    public static final int MAX_LENGTH = 6 * 1024;

    private static final int ED25519_BYTES = 64;
    private static final String ARMOR = "-----BEGIN PGP SIGNATURE-----";
    private static final String ARMOR_END = "-----END PGP SIGNATURE-----";

    private final String text;
    private final @Nullable PublisherKeyId ed25519;
    private final byte[] bytes;

    private DetachedSignature(String text, @Nullable PublisherKeyId ed25519, byte[] bytes) {
        this.text = text;
        this.ed25519 = ed25519;
        this.bytes = bytes;
    }

    /** @throws IllegalArgumentException saying what it isn't */
    public static DetachedSignature parse(String given) {
        String text = given.strip();
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a signature of more than " + MAX_LENGTH + " characters");
        }
        if (!text.chars().allMatch(c -> c == '\n' || c == '\r' || c >= ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("the signature isn't text; gpg writes text with --armor");
        }
        if (text.startsWith(ARMOR)) {
            if (text.indexOf(ARMOR_END) != text.length() - ARMOR_END.length()) {
                throw new IllegalArgumentException("the signature isn't exactly one armored OpenPGP signature");
            }
            return new DetachedSignature(text, null, text.getBytes(StandardCharsets.US_ASCII));
        }
        int blank = text.indexOf(' ');
        if (blank < 0 || !text.startsWith("ed25519:")) {
            throw new IllegalArgumentException(
                    "the signature is neither an armored OpenPGP signature nor a line of an Ed25519 key's id and Base64");
        }
        byte[] bytes = Base64.getDecoder().decode(text.substring(blank + 1));
        if (bytes.length != ED25519_BYTES) {
            throw new IllegalArgumentException("an Ed25519 signature has 64 bytes, not " + bytes.length);
        }
        return ed25519(new PublisherKeyId(text.substring(0, blank)), bytes);
    }

    /** @param bytes 64 of them */
    static DetachedSignature ed25519(PublisherKeyId key, byte[] bytes) {
        return new DetachedSignature(key + " " + Base64.getEncoder().encodeToString(bytes), key, bytes.clone());
    }

    /** As {@link #parse} reads it, without a line's end. */
    public String text() {
        return text;
    }

    /** The key that it names, or null for OpenPGP, which names keys in its own way. */
    @Nullable
    PublisherKeyId ed25519() {
        return ed25519;
    }

    /** The 64 bytes, or the armor. */
    byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DetachedSignature that && Arrays.equals(bytes, that.bytes) && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

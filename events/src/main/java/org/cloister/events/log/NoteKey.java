package org.cloister.events.log;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.cloister.events.Digest;

/**
 * The public key of a log, as C2SP signed-note writes it: {@code <name>+<hash>+<base64 of 1 and 32 key bytes>}. Signs with
 * the private half and verifies signed notes with Ed25519.
 *
 * @param key the 32 raw bytes
 */
public record NoteKey(String name, byte[] key) {
    private static final byte ED25519 = 1;
    private static final int KEY_BYTES = 32;
    private static final int HASH_BYTES = 4;
    /** X.509 SubjectPublicKeyInfo of Ed25519 up to the key (RFC 8410). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    public NoteKey {
        if (key.length != KEY_BYTES || name.isEmpty() || name.indexOf('+') >= 0 || name.matches(".*\\s.*")) {
            throw new IllegalArgumentException("not a note key");
        }
        key = key.clone();
    }

    public static NoteKey of(String name, PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new NoteKey(name, Arrays.copyOfRange(encoded, encoded.length - KEY_BYTES, encoded.length));
    }

    /** @throws IllegalArgumentException if {@code text} isn't a verifier key, or its hash doesn't match */
    public static NoteKey parse(String text) {
        String[] parts = text.strip().split("\\+", 3);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a verifier key: " + text);
        }
        byte[] typed = Base64.getDecoder().decode(parts[2]);
        if (typed.length != KEY_BYTES + 1 || typed[0] != ED25519) {
            throw new IllegalArgumentException("not an Ed25519 verifier key: " + text);
        }
        NoteKey key = new NoteKey(parts[0], Arrays.copyOfRange(typed, 1, typed.length));
        if (!key.text().equals(text.strip())) {
            throw new IllegalArgumentException("the key's hash doesn't match: " + text);
        }
        return key;
    }

    public String text() {
        return name
                + '+'
                + HexFormat.of().formatHex(hash())
                + '+'
                + Base64.getEncoder().encodeToString(typed());
    }

    /** The signed note over {@code text}, which ends with a newline. */
    public String sign(String text, PrivateKey privateKey) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            byte[] signed = concat(hash(), signature.sign());
            return text + "\n— " + name + ' ' + Base64.getEncoder().encodeToString(signed) + '\n';
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Ed25519 failed", e);
        }
    }

    /**
     * The text of a note that this key signed.
     *
     * @throws IllegalArgumentException if no valid signature of this key is there
     */
    public String open(String note) {
        int split = note.lastIndexOf("\n\n");
        if (split < 0) {
            throw new IllegalArgumentException("not a signed note");
        }
        String text = note.substring(0, split + 1);
        String start = "— " + name + ' ';
        for (String line : note.substring(split + 2).lines().toList()) {
            if (line.startsWith(start) && isSignature(text, line.substring(start.length()))) {
                return text;
            }
        }
        throw new IllegalArgumentException("no valid signature of " + text());
    }

    private boolean isSignature(String text, String base64) {
        byte[] signed = Base64.getDecoder().decode(base64);
        if (signed.length <= HASH_BYTES || !Arrays.equals(signed, 0, HASH_BYTES, hash(), 0, HASH_BYTES)) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(concat(X509_PREFIX, key))));
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.verify(signed, HASH_BYTES, signed.length - HASH_BYTES);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private byte[] hash() {
        MessageDigest sha256 = Digest.sha256();
        sha256.update((name + '\n').getBytes(StandardCharsets.UTF_8));
        return Arrays.copyOf(sha256.digest(typed()), HASH_BYTES);
    }

    private byte[] typed() {
        return concat(new byte[] {ED25519}, key);
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] joined = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, joined, a.length, b.length);
        return joined;
    }

    @Override
    public byte[] key() {
        return key.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteKey that && name.equals(that.name) && Arrays.equals(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }
}

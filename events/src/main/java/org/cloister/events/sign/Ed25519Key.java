package org.cloister.events.sign;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.cloister.events.Digest;
import org.cloister.events.PublisherKeyId;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 public key (RFC 8032), which doesn't expire. Of one key there is one text and one id.
 *
 * @param raw the 32 bytes
 */
public record Ed25519Key(byte[] raw) implements PublisherKey {
    private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
    private static final String END = "-----END PUBLIC KEY-----";
    private static final int KEY_BYTES = 32;
    /** X.509 SubjectPublicKeyInfo of Ed25519 up to the key (RFC 8410). */
    private static final byte[] X509_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    public Ed25519Key {
        if (raw.length != KEY_BYTES) {
            throw new IllegalArgumentException("an Ed25519 key has 32 bytes, not " + raw.length);
        }
        raw = raw.clone();
    }

    /** @throws IllegalArgumentException if it isn't one */
    static Ed25519Key parse(String text) {
        int begin = text.indexOf(BEGIN);
        int end = text.indexOf(END);
        if (begin < 0 || end < begin || text.indexOf(BEGIN, begin + 1) >= 0) {
            throw new IllegalArgumentException(
                    "neither one PEM block of a public key (openssl pkey -pubout) nor one armored OpenPGP key (gpg --armor --export)");
        }
        byte[] der = Base64.getMimeDecoder().decode(text.substring(begin + BEGIN.length(), end));
        if (der.length != X509_PREFIX.length + KEY_BYTES
                || !Arrays.equals(der, 0, X509_PREFIX.length, X509_PREFIX, 0, X509_PREFIX.length)) {
            throw new IllegalArgumentException(
                    "the PEM block is no Ed25519 key; openssl genpkey -algorithm ed25519 makes one");
        }
        return new Ed25519Key(Arrays.copyOfRange(der, X509_PREFIX.length, der.length));
    }

    /** @throws IllegalArgumentException if it is a key of another kind */
    public static Ed25519Key of(PublicKey key) {
        byte[] der = key.getEncoded();
        return parse(pem(der));
    }

    private static String pem(byte[] der) {
        return BEGIN + "\n" + Base64.getEncoder().encodeToString(der) + "\n" + END + "\n";
    }

    /** The PEM block that {@link PublisherKey#parse} reads, ending in LF. */
    public String text() {
        return pem(der());
    }

    private byte[] der() {
        byte[] der = Arrays.copyOf(X509_PREFIX, X509_PREFIX.length + KEY_BYTES);
        System.arraycopy(raw, 0, der, X509_PREFIX.length, KEY_BYTES);
        return der;
    }

    @Override
    public PublisherKeyId id() {
        return new PublisherKeyId("ed25519:" + Digest.of(raw).hex());
    }

    @Override
    public boolean isNamedBy(DetachedSignature signature) {
        return id().equals(signature.ed25519());
    }

    @Override
    public @Nullable String objection(DetachedSignature signature, byte[] text, Instant now) {
        return isNamedBy(signature) && isGood(signature.bytes(), text) ? null : "is not over this artifact";
    }

    /** Whether the signature is this key's over {@code text}. */
    boolean isGood(byte[] signed, byte[] text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der())));
            signature.update(text);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The signature over {@code text} by the private half of this key. */
    public DetachedSignature sign(PrivateKey privateKey, byte[] text) {
        return DetachedSignature.ed25519(id(), signature(privateKey, text));
    }

    static byte[] signature(PrivateKey privateKey, byte[] text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(privateKey);
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 private key", e);
        }
    }

    @Override
    public byte[] raw() {
        return raw.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Ed25519Key that && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(raw);
    }
}

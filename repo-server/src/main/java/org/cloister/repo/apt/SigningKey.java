package org.cloister.repo.apt;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.bc.BcPGPSecretKeyRing;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;
import org.cloister.repo.log.Durable;

/**
 * The OpenPGP key that signs Release files: Ed25519 in version 4 packets, which gpgv 2.2 and Sequoia's sqv both take. Its
 * signatures are a function of text and time. Immutable, thread-safe.
 */
public final class SigningKey {
    private static final String FILE = "signing-key.asc";
    private static final int HASH = HashAlgorithmTags.SHA512;

    private final PGPPublicKeyRing ring;
    private final PGPPrivateKey secret;

    private SigningKey(PGPPublicKeyRing ring, PGPPrivateKey secret) {
        this.ring = ring;
        this.secret = secret;
    }

    /**
     * The key in {@code directory}; made on the first call, readable by its owner only.
     *
     * @param name whose it is; later calls ignore it
     * @param now when a new one is made
     */
    public static SigningKey open(Path directory, String name, Instant now) throws IOException {
        Path file = Files.createDirectories(directory).resolve(FILE);
        try {
            if (!Files.exists(file)) {
                Durable.write(directory, FILE, armored(create(name, now)::encode));
            }
            return of(
                    new BcPGPSecretKeyRing(new ArmoredInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))));
        } catch (PGPException | RuntimeException e) {
            throw new IOException(file + " is no OpenPGP key that signs: restore it from a backup", e);
        }
    }

    private static PGPSecretKeyRing create(String name, Instant now) throws PGPException {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        PGPKeyPair pair = new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4,
                PublicKeyAlgorithmTags.EDDSA_LEGACY,
                generator.generateKeyPair(),
                Date.from(now));
        PGPSignatureSubpacketGenerator uses = new PGPSignatureSubpacketGenerator();
        uses.setKeyFlags(false, KeyFlags.SIGN_DATA | KeyFlags.CERTIFY_OTHER);
        return new PGPKeyRingGenerator(
                        PGPSignature.POSITIVE_CERTIFICATION,
                        pair,
                        "Cloister repository " + name,
                        new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                        uses.generate(),
                        null,
                        new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.EDDSA_LEGACY, HASH),
                        null)
                .generateSecretKeyRing();
    }

    private static SigningKey of(PGPSecretKeyRing secret) throws PGPException {
        List<PGPPublicKey> keys = new ArrayList<>();
        secret.getPublicKeys().forEachRemaining(keys::add);
        PGPPrivateKey key = secret.getSecretKey()
                .extractPrivateKey(
                        new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(new char[0]));
        return new SigningKey(new PGPPublicKeyRing(keys), key);
    }

    /** Forty hexadecimal digits, upper case, as GnuPG shows it. */
    public String fingerprint() {
        return HexFormat.of().formatHex(ring.getPublicKey().getFingerprint()).toUpperCase(Locale.ROOT);
    }

    /** When it was made. */
    public Instant created() {
        return ring.getPublicKey().getCreationTime().toInstant();
    }

    /** The public key, ASCII-armored. */
    public String armored() {
        return armored(ring::encode);
    }

    /** The public key as bytes. */
    public byte[] binary() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ring.encode(out);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return out.toByteArray();
    }

    /**
     * The text with its signature (RFC 9580, section 7).
     *
     * @param text lines without blanks at their ends, each ending in LF
     */
    byte[] clearSigned(String text, Instant at) {
        String canonical = text.substring(0, text.length() - 1).replace("\n", "\r\n");
        byte[] signed = canonical.getBytes(StandardCharsets.UTF_8);
        String escaped = text.startsWith("-") || text.contains("\n-") ? text.replaceAll("(?m)^-", "- -") : text;
        String message = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + escaped
                + armored(sign(signed, PGPSignature.CANONICAL_TEXT_DOCUMENT, at)::encode);
        return message.getBytes(StandardCharsets.UTF_8);
    }

    /** An armored signature beside the text. */
    byte[] detached(byte[] text, Instant at) {
        return armored(sign(text, PGPSignature.BINARY_DOCUMENT, at)::encode).getBytes(StandardCharsets.US_ASCII);
    }

    /** Never earlier than the key: gpgv takes no signature that was there before its key. */
    private PGPSignature sign(byte[] bytes, int type, Instant at) {
        Date created = ring.getPublicKey().getCreationTime();
        Date time = Date.from(at).before(created) ? created : Date.from(at);
        try {
            PGPSignatureGenerator generator = new PGPSignatureGenerator(
                    new BcPGPContentSignerBuilder(ring.getPublicKey().getAlgorithm(), HASH), ring.getPublicKey());
            generator.init(type, secret);
            PGPSignatureSubpacketGenerator subpackets = new PGPSignatureSubpacketGenerator();
            subpackets.setSignatureCreationTime(false, time);
            subpackets.setIssuerFingerprint(false, ring.getPublicKey());
            generator.setHashedSubpackets(subpackets.generate());
            generator.update(bytes);
            return generator.generate();
        } catch (PGPException e) {
            throw new IllegalStateException("the repository's key doesn't sign", e);
        }
    }

    private interface Encoded {
        void to(OutputStream out) throws IOException;
    }

    private static String armored(Encoded packets) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArmoredOutputStream armor =
                ArmoredOutputStream.builder().clearHeaders().build(out)) {
            packets.to(armor);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return out.toString(StandardCharsets.US_ASCII);
    }
}

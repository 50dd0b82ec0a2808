package org.cloister.repo.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** An archive's key, made for a test. */
public final class OpenPgpSigner {
    private final PGPPublicKeyRing ring;
    private final PGPKeyPair signing;

    private OpenPgpSigner(PGPPublicKeyRing ring, PGPKeyPair signing) {
        this.ring = ring;
        this.signing = signing;
    }

    public static OpenPgpSigner ed25519(Instant created) throws PGPException {
        return of(ed25519Pair(created), 0);
    }

    static OpenPgpSigner rsa(Instant created) throws PGPException {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65537), new SecureRandom(), 2048, 80));
        return of(pair(PublicKeyAlgorithmTags.RSA_GENERAL, generator.generateKeyPair(), created), 0);
    }

    /** Debian's way: the primary key certifies, a subkey signs. @param flags of the subkey */
    static OpenPgpSigner withSubkey(Instant created, int flags) throws PGPException {
        PGPKeyPair subkey = ed25519Pair(created);
        PGPKeyPair primary = ed25519Pair(created);
        PGPSignatureSubpacketGenerator binding = new PGPSignatureSubpacketGenerator();
        binding.setKeyFlags(false, flags);
        PGPKeyRingGenerator generator = generator(primary, 0);
        generator.addSubKey(subkey, binding.generate(), null);
        return new OpenPgpSigner(generator.generatePublicKeyRing(), subkey);
    }

    static OpenPgpSigner expiring(Instant created, long seconds) throws PGPException {
        return of(ed25519Pair(created), seconds);
    }

    private static OpenPgpSigner of(PGPKeyPair pair, long seconds) throws PGPException {
        return new OpenPgpSigner(generator(pair, seconds).generatePublicKeyRing(), pair);
    }

    private static PGPKeyRingGenerator generator(PGPKeyPair pair, long seconds) throws PGPException {
        PGPSignatureSubpacketGenerator subpackets = new PGPSignatureSubpacketGenerator();
        subpackets.setKeyFlags(false, KeyFlags.SIGN_DATA | KeyFlags.CERTIFY_OTHER);
        if (seconds > 0) {
            subpackets.setKeyExpirationTime(false, seconds);
        }
        return new PGPKeyRingGenerator(
                PGPSignature.POSITIVE_CERTIFICATION,
                pair,
                "Archive <archive@example.org>",
                new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                subpackets.generate(),
                null,
                new BcPGPContentSignerBuilder(pair.getPublicKey().getAlgorithm(), HashAlgorithmTags.SHA256),
                null);
    }

    private static PGPKeyPair ed25519Pair(Instant created) throws PGPException {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return pair(PublicKeyAlgorithmTags.EDDSA_LEGACY, generator.generateKeyPair(), created);
    }

    private static PGPKeyPair pair(int algorithm, AsymmetricCipherKeyPair keys, Instant created) throws PGPException {
        return new BcPGPKeyPair(PublicKeyPacket.VERSION_4, algorithm, keys, Date.from(created));
    }

    public String armoredKey() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ArmoredOutputStream armored = ArmoredOutputStream.builder().build(out)) {
            ring.encode(armored);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.US_ASCII);
    }

    /** @param text lines without blanks at their ends, each ending in LF */
    public byte[] clearsign(String text, Instant at) throws PGPException, IOException {
        return clearsign(text, at, HashAlgorithmTags.SHA512);
    }

    byte[] clearsign(String text, Instant at, int hash) throws PGPException, IOException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(signing.getPublicKey().getAlgorithm(), hash), signing.getPublicKey());
        generator.init(PGPSignature.CANONICAL_TEXT_DOCUMENT, signing.getPrivateKey());
        PGPSignatureSubpacketGenerator subpackets = new PGPSignatureSubpacketGenerator();
        subpackets.setSignatureCreationTime(false, Date.from(at));
        generator.setHashedSubpackets(subpackets.generate());
        String canonical = text.substring(0, text.length() - 1).replace("\n", "\r\n");
        generator.update(canonical.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream signature = new ByteArrayOutputStream();
        try (ArmoredOutputStream armored = ArmoredOutputStream.builder().build(signature)) {
            generator.generate().encode(armored);
        }
        String escaped = text.replaceAll("(?m)^-", "- -");
        String message = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + escaped
                + signature.toString(StandardCharsets.US_ASCII);
        return message.getBytes(StandardCharsets.UTF_8);
    }
}

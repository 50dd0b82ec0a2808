package org.cloister.events.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/** Exactly one OpenPGP signature over a binary document (RFC 9580, section 5.2.1.1), as {@code gpg --detach-sign --armor} writes it. */
public final class DetachedOpenPgp {
    /** Clocks of people's machines. */
    private static final Duration SKEW = Duration.ofMinutes(10);

    private final PGPSignature signature;

    private DetachedOpenPgp(PGPSignature signature) {
        this.signature = signature;
    }

    /**
     * @param armored the caller bounds it
     * @throws NotSignedException {@code UNSIGNED} if it is anything else
     */
    public static DetachedOpenPgp parse(byte[] armored) throws NotSignedException {
        try {
            BcPGPObjectFactory packets =
                    new BcPGPObjectFactory(new ArmoredInputStream(new ByteArrayInputStream(armored)));
            if (packets.nextObject() instanceof PGPSignatureList list
                    && list.size() == 1
                    && packets.nextObject() == null
                    && list.get(0).getSignatureType() == PGPSignature.BINARY_DOCUMENT
                    && InReleaseSignature.GOOD_HASHES.contains(list.get(0).getHashAlgorithm())) {
                return new DetachedOpenPgp(list.get(0));
            }
        } catch (IOException | RuntimeException e) {
            throw new NotSignedException(
                    NotSignedException.Problem.UNSIGNED, "the signature can't be read: " + e.getMessage(), e);
        }
        throw new NotSignedException(
                NotSignedException.Problem.UNSIGNED,
                "it isn't exactly one OpenPGP signature over a binary document with a hash of the SHA-2 family");
    }

    /** Whether it says that one of the keys, or a subkey, made it. */
    public boolean isNaming(ArchiveKeys keys) {
        return keys.has(signature.getKeyID());
    }

    /** Whether one of the keys made it over {@code text}, and could sign both then and at {@code now}. */
    public boolean isGood(ArchiveKeys keys, byte[] text, Instant now) {
        Date made = signature.getCreationTime();
        if (made.toInstant().isAfter(now.plus(SKEW))) {
            return false;
        }
        try {
            PGPPublicKey key = keys.signingKey(signature.getKeyID(), made);
            if (key == null || keys.signingKey(signature.getKeyID(), later(made, now)) == null) {
                return false;
            }
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(text);
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }

    private static Date later(Date made, Instant now) {
        return made.toInstant().isAfter(now) ? made : Date.from(now);
    }
}

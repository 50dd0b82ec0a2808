package org.cloister.events.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/** Verifies a clearsigned InRelease: at least one good signature by one of the given keys (apt-secure(8)). Thread-safe. */
public final class InReleaseSignature {
    /** The largest suites' files have 200 kB. */
    public static final int MAX_BYTES = 16 * 1024 * 1024;

    private static final int MAX_SIGNATURES = 32;
    static final Set<Integer> GOOD_HASHES = Set.of(
            HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512, HashAlgorithmTags.SHA224);

    private final ArchiveKeys keys;

    public InReleaseSignature(ArchiveKeys keys) {
        this.keys = keys;
    }

    /**
     * The text that was signed, and nothing else of the file.
     *
     * @throws NotSignedException {@code UNSIGNED} or {@code BAD_SIGNATURE}, saying which keys signed
     */
    public byte[] verify(byte[] inRelease) throws NotSignedException {
        if (inRelease.length > MAX_BYTES) {
            throw new NotSignedException(
                    NotSignedException.Problem.TOO_LARGE, "InRelease is beyond " + MAX_BYTES + " bytes");
        }
        ClearSigned message = ClearSigned.parse(inRelease);
        byte[] signed = message.signedBytes();
        List<String> found = new ArrayList<>();
        try {
            for (PGPSignature signature : signatures(message.signature())) {
                if (isGood(signature, signed)) {
                    return message.text();
                }
                found.add(String.format("%016X", signature.getKeyID()));
            }
        } catch (IOException | PGPException | RuntimeException e) {
            throw bad("the signature can't be read: " + e.getMessage(), e);
        }
        throw bad(
                "signed by " + String.join(", ", found)
                        + ", of which none is a good signature by a key of the mirror's definition",
                null);
    }

    private static List<PGPSignature> signatures(byte[] armored) throws IOException {
        BcPGPObjectFactory packets = new BcPGPObjectFactory(new ArmoredInputStream(new ByteArrayInputStream(armored)));
        List<PGPSignature> all = new ArrayList<>();
        Object packet = packets.nextObject();
        while (packet instanceof PGPSignatureList list) {
            list.forEach(all::add);
            if (all.size() > MAX_SIGNATURES) {
                throw new IOException("more than " + MAX_SIGNATURES + " signatures");
            }
            packet = packets.nextObject();
        }
        return all;
    }

    private boolean isGood(PGPSignature signature, byte[] signed) throws PGPException {
        Date at = signature.getCreationTime();
        boolean text = signature.getSignatureType() == PGPSignature.CANONICAL_TEXT_DOCUMENT;
        if (!text || !GOOD_HASHES.contains(signature.getHashAlgorithm())) {
            return false;
        }
        PGPPublicKey key = keys.signingKey(signature.getKeyID(), at);
        if (key == null) {
            return false;
        }
        signature.init(new BcPGPContentVerifierBuilderProvider(), key);
        signature.update(signed);
        return signature.verify();
    }

    private static NotSignedException bad(String message, @org.jspecify.annotations.Nullable Exception cause) {
        return cause == null
                ? new NotSignedException(NotSignedException.Problem.BAD_SIGNATURE, message)
                : new NotSignedException(NotSignedException.Problem.BAD_SIGNATURE, message, cause);
    }
}

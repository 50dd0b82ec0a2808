package org.cloister.events.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/** The public keys of a mirror's definition. Immutable. */
public final class ArchiveKeys {
    /** How an armored key begins (RFC 9580, section 6.2). */
    public static final String BEGIN = "-----BEGIN PGP PUBLIC KEY BLOCK-----";

    private static final int MAX_BLOCKS = 200;

    private final List<PGPPublicKeyRing> rings;

    private ArchiveKeys(List<PGPPublicKeyRing> rings) {
        this.rings = List.copyOf(rings);
    }

    /** @param armored one or more armored public key blocks, each with one or more keys */
    public static ArchiveKeys parse(String armored) throws NotSignedException {
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        String[] blocks = armored.split("(?=" + BEGIN + ")", MAX_BLOCKS);
        try {
            for (String block : blocks) {
                if (block.startsWith(BEGIN)) {
                    byte[] bytes = block.getBytes(StandardCharsets.US_ASCII);
                    ArmoredInputStream in = new ArmoredInputStream(new ByteArrayInputStream(bytes));
                    new BcPGPPublicKeyRingCollection(in).getKeyRings().forEachRemaining(rings::add);
                }
            }
        } catch (IOException | PGPException | RuntimeException e) {
            throw new NotSignedException(
                    NotSignedException.Problem.BAD_SIGNATURE, "the mirror's keys can't be read: " + e.getMessage(), e);
        }
        if (rings.isEmpty()) {
            throw new NotSignedException(
                    NotSignedException.Problem.BAD_SIGNATURE, "the mirror's definition has no OpenPGP public key");
        }
        return new ArchiveKeys(rings);
    }

    /** Of the primary keys, in lower-case hexadecimal digits. */
    public List<String> fingerprints() {
        return rings.stream()
                .map(ring -> HexFormat.of().formatHex(ring.getPublicKey().getFingerprint()))
                .toList();
    }

    /** Whether one of the keys or subkeys has that id. */
    boolean has(long keyId) {
        return rings.stream().anyMatch(ring -> ring.getPublicKey(keyId) != null);
    }

    /** The key, if it is ours and could sign data at that time: neither revoked nor expired, a subkey properly bound. */
    @Nullable
    PGPPublicKey signingKey(long keyId, Date at) throws PGPException {
        for (PGPPublicKeyRing ring : rings) {
            PGPPublicKey key = ring.getPublicKey(keyId);
            PGPPublicKey primary = ring.getPublicKey();
            if (key != null && isGood(primary, at) && isGood(key, at) && (key.isMasterKey() || isBound(key, primary))) {
                return key;
            }
        }
        return null;
    }

    private static boolean isGood(PGPPublicKey key, Date at) {
        long seconds = key.getValidSeconds();
        boolean expired = seconds > 0 && at.getTime() > key.getCreationTime().getTime() + seconds * 1000;
        return !key.hasRevocation() && !expired && !at.before(key.getCreationTime());
    }

    private static boolean isBound(PGPPublicKey key, PGPPublicKey primary) throws PGPException {
        Iterator<PGPSignature> bindings = key.getSignaturesOfType(PGPSignature.SUBKEY_BINDING);
        while (bindings.hasNext()) {
            PGPSignature binding = bindings.next();
            binding.init(new BcPGPContentVerifierBuilderProvider(), primary);
            if (binding.verifyCertification(primary, key) && maySign(binding)) {
                return true;
            }
        }
        return false;
    }

    private static boolean maySign(PGPSignature binding) {
        return binding.getHashedSubPackets() != null
                && (binding.getHashedSubPackets().getKeyFlags() & KeyFlags.SIGN_DATA) != 0;
    }
}

package org.cloister.events.sign;

import java.time.Instant;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.archive.ArchiveKeys;
import org.cloister.events.archive.DetachedOpenPgp;
import org.cloister.events.archive.NotSignedException;
import org.jspecify.annotations.Nullable;

/** One OpenPGP key with its subkeys. */
final class OpenPgpKey implements PublisherKey {
    static final String ARMOR = ArchiveKeys.BEGIN;

    private final ArchiveKeys key;
    private final PublisherKeyId id;

    private OpenPgpKey(ArchiveKeys key, PublisherKeyId id) {
        this.key = key;
        this.id = id;
    }

    static OpenPgpKey parse(String armored) {
        try {
            ArchiveKeys key = ArchiveKeys.parse(armored);
            if (key.fingerprints().size() != 1) {
                throw new IllegalArgumentException(
                        "the block holds " + key.fingerprints().size() + " keys, and each is registered by itself");
            }
            return new OpenPgpKey(
                    key, new PublisherKeyId("openpgp:" + key.fingerprints().get(0)));
        } catch (NotSignedException e) {
            throw new IllegalArgumentException("the block is no OpenPGP public key that can be read", e);
        }
    }

    @Override
    public PublisherKeyId id() {
        return id;
    }

    @Override
    public boolean isNamedBy(DetachedSignature signature) {
        if (signature.ed25519() != null) {
            return false;
        }
        try {
            return DetachedOpenPgp.parse(signature.bytes()).isNaming(key);
        } catch (NotSignedException e) {
            return false;
        }
    }

    @Override
    public @Nullable String objection(DetachedSignature signature, byte[] text, Instant now) {
        if (signature.ed25519() != null) {
            return "is no OpenPGP signature";
        }
        try {
            return DetachedOpenPgp.parse(signature.bytes()).isGood(key, text, now)
                    ? null
                    : "is not over this artifact, or its key expired or may not sign";
        } catch (NotSignedException e) {
            return e.getMessage();
        }
    }
}

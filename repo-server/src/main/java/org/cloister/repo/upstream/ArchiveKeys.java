package org.cloister.repo.upstream;

import org.cloister.events.archive.NotSignedException;

/** The public keys of a mirror's definition. Immutable. */
public final class ArchiveKeys {
    private final org.cloister.events.archive.ArchiveKeys keys;

    private ArchiveKeys(org.cloister.events.archive.ArchiveKeys keys) {
        this.keys = keys;
    }

    /** @param armored one or more armored public key blocks, each with one or more keys */
    public static ArchiveKeys parse(String armored) throws UpstreamException {
        try {
            return new ArchiveKeys(org.cloister.events.archive.ArchiveKeys.parse(armored));
        } catch (NotSignedException e) {
            throw InReleaseVerifier.refused(e);
        }
    }

    org.cloister.events.archive.ArchiveKeys keys() {
        return keys;
    }
}

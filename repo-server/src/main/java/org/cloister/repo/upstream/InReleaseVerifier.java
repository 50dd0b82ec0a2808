package org.cloister.repo.upstream;

import org.cloister.events.archive.InReleaseSignature;
import org.cloister.events.archive.NotSignedException;

/** {@link InReleaseSignature} for what an archive sent. Thread-safe. */
public final class InReleaseVerifier {
    static final int MAX_BYTES = InReleaseSignature.MAX_BYTES;

    private final InReleaseSignature signature;

    public InReleaseVerifier(ArchiveKeys keys) {
        this.signature = new InReleaseSignature(keys.keys());
    }

    /**
     * The text that was signed, and nothing else of the file.
     *
     * @throws UpstreamException {@code UNSIGNED} or {@code BAD_SIGNATURE}, saying which keys signed
     */
    public byte[] verify(byte[] inRelease) throws UpstreamException {
        try {
            return signature.verify(inRelease);
        } catch (NotSignedException e) {
            throw refused(e);
        }
    }

    static UpstreamException refused(NotSignedException e) {
        UpstreamException.Problem problem = switch (e.problem()) {
            case TOO_LARGE -> UpstreamException.Problem.TOO_LARGE;
            case UNSIGNED -> UpstreamException.Problem.UNSIGNED;
            case BAD_SIGNATURE -> UpstreamException.Problem.BAD_SIGNATURE;
        };
        return new UpstreamException(problem, String.valueOf(e.getMessage()), e);
    }
}

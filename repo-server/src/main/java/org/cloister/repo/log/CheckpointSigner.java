package org.cloister.repo.log;

import java.util.Arrays;
import java.util.Optional;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.cloister.repo.log.SignedCheckpoints.Signed;
import org.jspecify.annotations.Nullable;

/**
 * Signs what the log is now, if it is what was signed before plus something: what is signed never shrinks and never gets another
 * past. Thread-safe.
 */
final class CheckpointSigner {
    private final LogKey key;
    private final MerkleLog log;
    private final SignedCheckpoints kept;
    private @Nullable Signed last;

    CheckpointSigner(LogKey key, MerkleLog log, SignedCheckpoints kept) {
        this.key = key;
        this.log = log;
        this.kept = kept;
        this.last = kept.last().orElse(null);
    }

    NoteKey key() {
        return key.note();
    }

    /**
     * The signed checkpoint of the log at {@code size}, or of a larger one that is signed already; kept before it is returned.
     *
     * @throws LogDamagedException if the log shrank or its past changed
     */
    synchronized Signed sign(long size) {
        Signed before = last;
        if (before != null && before.checkpoint().size() >= size) {
            return before;
        }
        if (before != null) {
            requireSamePast(before.checkpoint());
        }
        byte[] root = log.root(size);
        Signed signed = new Signed(new Checkpoint(key.note().name(), size, root), key.sign(size, root));
        kept.add(signed);
        last = signed;
        return signed;
    }

    /** The largest that was signed. */
    synchronized Optional<Signed> last() {
        return Optional.ofNullable(last);
    }

    /** @throws LogDamagedException if the log doesn't hold what was signed last */
    synchronized void requireSamePast(long size) {
        Signed before = last;
        if (before != null && before.checkpoint().size() > size) {
            throw new LogDamagedException("the log has " + size + " events, but "
                    + before.checkpoint().size() + " were signed: it was restored from an older state or cut");
        }
        if (before != null) {
            requireSamePast(before.checkpoint());
        }
    }

    private void requireSamePast(Checkpoint before) {
        if (!Arrays.equals(log.root(before.size()), before.root())) {
            throw new LogDamagedException(
                    "the first " + before.size() + " events are not those that were signed; run the audit");
        }
    }
}

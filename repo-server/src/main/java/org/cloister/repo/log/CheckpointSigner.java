package org.cloister.repo.log;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.cloister.events.log.TimeStamp;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.SignedRoot;
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
    /** Whether the log was held against what an earlier process signed. */
    private boolean verified;

    CheckpointSigner(LogKey key, MerkleLog log, SignedCheckpoints kept) {
        this.key = key;
        this.log = log;
        this.kept = kept;
        this.last = kept.last().orElse(null);
    }

    NoteKey key() {
        return key.note();
    }

    /** @param now to the second */
    String stamp(LongSupplier head, Instant now, int trustRoot) {
        TimeStamp stamp = new TimeStamp(sign(head).checkpoint(), now.truncatedTo(ChronoUnit.SECONDS), trustRoot);
        return key.note().sign(stamp.text(), key.privateKey());
    }

    SignedRoot introduced(SignedRoot root) {
        return root.signedWith(new Ed25519Key(key.note().key()), key.privateKey());
    }

    /**
     * The signed checkpoint of the log as it is now; kept before it is returned.
     *
     * @param head of the log, never less than it was before
     * @throws LogDamagedException if the log shrank or its past changed since it was signed
     */
    synchronized Signed sign(LongSupplier head) {
        Signed before = last;
        long size = head.getAsLong();
        if (before != null && before.checkpoint().size() == size && verified) {
            return before;
        }
        if (before != null) {
            requireSamePast(before.checkpoint(), size);
        }
        verified = true;
        if (before != null && before.checkpoint().size() == size) {
            return before;
        }
        byte[] root = log.root(size);
        Signed signed = new Signed(new Checkpoint(key.note().name(), size, root), key.sign(size, root));
        kept.add(signed);
        last = signed;
        return signed;
    }

    /** The largest that was signed. */
    synchronized Optional<Checkpoint> last() {
        return Optional.ofNullable(last).map(Signed::checkpoint);
    }

    private void requireSamePast(Checkpoint before, long size) {
        if (before.size() > size) {
            throw new LogDamagedException("the log has " + size + " events, but " + before.size()
                    + " were signed: it was restored from an older state or cut");
        }
        if (!Arrays.equals(log.root(before.size()), before.root())) {
            throw new LogDamagedException(
                    "the first " + before.size() + " events are not those that were signed; run the audit");
        }
    }
}

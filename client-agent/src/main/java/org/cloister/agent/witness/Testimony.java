package org.cloister.agent.witness;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;
import org.jspecify.annotations.Nullable;

/** Whether a log that is shown is the one that was seen before, only longer. */
sealed interface Testimony {
    /** It is, or it is the first that is seen. */
    record Agrees(Checkpoint now) implements Testimony {}

    /**
     * It isn't.
     *
     * @param reason a sentence
     */
    record Contradicts(String reason) implements Testimony {}

    /** Proves what lies between two sizes. */
    @FunctionalInterface
    interface Proof {
        List<byte[]> between(long from, long to) throws IOException, InterruptedException;
    }

    /**
     * @param kept what was seen before, or null
     * @param note what is shown now
     * @param proof is asked only for a log that grew
     */
    static Testimony of(@Nullable Checkpoint kept, NoteKey key, String note, Proof proof)
            throws IOException, InterruptedException {
        Checkpoint now;
        try {
            now = Checkpoint.parse(key.open(note));
        } catch (IllegalArgumentException e) {
            return new Contradicts(
                    "The log's checkpoint is not signed by the key that it had when this host first saw it.");
        }
        if (!now.origin().equals(key.name())) {
            return new Contradicts("The checkpoint is of another log: " + now.origin() + ".");
        }
        if (kept == null || kept.size() == 0) {
            return new Agrees(now);
        }
        if (now.size() < kept.size()) {
            return new Contradicts(
                    "The log has shrunk: this host saw " + kept.size() + " events, now it has " + now.size() + ".");
        }
        boolean same = now.size() == kept.size()
                ? Arrays.equals(now.root(), kept.root())
                : MerkleProof.isPrefix(
                        kept.size(), kept.root(), now.size(), now.root(), proof.between(kept.size(), now.size()));
        return same
                ? new Agrees(now)
                : new Contradicts("The log was rewritten or forked: its first " + kept.size()
                        + " events are not those that this host saw.");
    }
}

package org.cloister.agent.witness;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;
import org.cloister.events.log.TimeStamp;
import org.cloister.events.sign.TrustRoot;
import org.jspecify.annotations.Nullable;

/** Whether a host sees its repository as it is now: by the time stamp of a log whose keys a trust root names. */
final class Freshness {
    /** Clocks of hosts that nobody sets. */
    static final Duration SKEW = Duration.ofHours(1);

    private Freshness() {}

    /**
     * A sentence for people, or null if all is well.
     *
     * @param seen the checkpoint that this host just took
     * @param note the time stamp, asked for after it
     */
    static @Nullable String doubt(TrustRoot root, Checkpoint seen, String note, Instant now, Testimony.Proof proof)
            throws IOException, InterruptedException {
        TimeStamp stamp = signed(root, note);
        if (stamp == null) {
            return "The repository's time stamp is not signed by a key of its trust root.";
        }
        if (Duration.between(stamp.time(), now).abs().compareTo(SKEW) > 0) {
            return "The repository's time stamp is of " + stamp.time() + ", and it is " + now
                    + " here: somebody keeps the repository's present state from this host, or a clock is wrong.";
        }
        if (stamp.trustRoot() != root.version()) {
            return "The repository says that its last trust root is version " + stamp.trustRoot()
                    + ", and shows this host version " + root.version() + " as the last.";
        }
        Checkpoint stamped = stamp.checkpoint();
        return continues(seen, stamped, proof)
                ? null
                : "The repository's time stamp is of another log than its checkpoint, which has " + seen.size()
                        + " events.";
    }

    private static boolean continues(Checkpoint seen, Checkpoint stamped, Testimony.Proof proof)
            throws IOException, InterruptedException {
        if (!stamped.origin().equals(seen.origin()) || stamped.size() < seen.size()) {
            return false;
        }
        if (seen.size() == 0) {
            return true;
        }
        List<byte[]> between = stamped.size() == seen.size() ? List.of() : proof.between(seen.size(), stamped.size());
        return stamped.size() == seen.size()
                ? Arrays.equals(stamped.root(), seen.root())
                : MerkleProof.isPrefix(seen.size(), seen.root(), stamped.size(), stamped.root(), between);
    }

    private static @Nullable TimeStamp signed(TrustRoot root, String note) {
        for (NoteKey key : root.checkpointKeys()) {
            try {
                return TimeStamp.parse(key.open(note));
            } catch (IllegalArgumentException e) {
                continue;
            }
        }
        return null;
    }
}

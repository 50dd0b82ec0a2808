package org.cloister.agent.witness;

import java.io.IOException;
import java.util.Optional;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.SignedRoot;
import org.jspecify.annotations.Nullable;

/**
 * The repository's trust root that this host believes. The first that it sees is kept; from it on, only what follows by both the former
 * and the new root keys, one version after the other and never back. A host that knew the log's key before there was a root takes the
 * first root only with that key's signature. One thread.
 */
final class TrustAnchor {
    /** In one look; the rest in the next. */
    static final int MAX_STEPS = 64;

    private static final String ROOT = "trust-root";

    private final WitnessedLog log;
    private final AgentDatabase database;

    TrustAnchor(WitnessedLog log, AgentDatabase database) {
        this.log = log;
        this.database = database;
    }

    /** What is believed, as it was kept. @throws IllegalArgumentException if that is damaged */
    Optional<SignedRoot> kept() throws IOException {
        return database.fact(ROOT).map(SignedRoot::parse);
    }

    /** Where the way ended. */
    sealed interface Step {
        /** @param root null: the repository has none, and none is kept */
        record Arrived(@Nullable SignedRoot root) implements Step {}

        /** There is more to come. */
        record Underway() implements Step {}

        /**
         * What the repository shows as the next root isn't.
         *
         * @param kept the root that is still believed, or empty
         * @param reason a sentence
         */
        record Refused(String kept, String shown, String reason) implements Step {}
    }

    /** Goes on from what is kept, which is durable after each step. @param known the log's key that was believed without a root, or null */
    Step follow(@Nullable NoteKey known) throws IOException, InterruptedException {
        SignedRoot at = kept().orElse(null);
        for (int step = 0; step < MAX_STEPS; step++) {
            Optional<String> shown = log.root(at == null ? 1 : at.root().version() + 1);
            if (shown.isEmpty()) {
                return new Step.Arrived(at);
            }
            SignedRoot next;
            try {
                next = SignedRoot.parse(shown.get());
            } catch (IllegalArgumentException e) {
                return refused(at, shown.get(), "can't be read: " + e.getMessage());
            }
            String objection = next.objection(at);
            if (objection == null && at == null && known != null) {
                objection = introduction(next, known);
            }
            if (objection != null) {
                return refused(at, shown.get(), "doesn't follow: " + objection);
            }
            database.setFact(ROOT, next.document());
            at = next;
        }
        return new Step.Underway();
    }

    private static @Nullable String introduction(SignedRoot first, NoteKey known) {
        return first.isSignedBy(new Ed25519Key(known.key()))
                        && first.root().checkpointKeys().contains(known)
                ? null
                : "the key of the log that this host knows, " + known.text() + ", isn't in it or didn't sign it";
    }

    private static Step refused(@Nullable SignedRoot kept, String shown, String why) {
        return new Step.Refused(
                kept == null ? "" : kept.document(), shown, "The repository's next trust root " + why + ".");
    }
}

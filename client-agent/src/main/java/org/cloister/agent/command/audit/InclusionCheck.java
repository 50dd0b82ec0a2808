package org.cloister.agent.command.audit;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;

/** Proves that one event stands in the log that the pinned key signed. */
public record InclusionCheck(RepositoryApi repository, NoteKey key) {
    /**
     * Everything that somebody else needs to verify it again.
     *
     * @param note the signed checkpoint
     * @param path the inclusion proof's hashes, base64
     * @param valid whether the proof holds
     */
    public record Proof(
            RecordedEvent event,
            String note,
            Checkpoint checkpoint,
            String leafHash,
            List<String> path,
            boolean valid) {
        public Proof {
            path = List.copyOf(path);
        }
    }

    /** @throws IllegalArgumentException if there is no such event, or the checkpoint isn't signed by the key */
    public Proof prove(Position position) throws IOException, InterruptedException {
        LogReader log = new LogReader(repository);
        String note = log.checkpointNote();
        Checkpoint checkpoint = Checkpoint.parse(key.open(note));
        List<RecordedEvent> found = new ArrayList<>();
        log.events(position.value() - 1, position.value(), line -> found.add(EventLine.parse(line)));
        if (found.isEmpty() || position.value() > checkpoint.size()) {
            throw new IllegalArgumentException("the signed log has " + checkpoint.size() + " events, no " + position);
        }
        RecordedEvent event = found.get(0);
        byte[] leaf = MerkleHash.leaf(event.leafData());
        List<byte[]> path = LogReader.hashes(log.inclusion(position, checkpoint.size()));
        boolean valid = event.position().equals(position)
                && MerkleProof.includes(position.value() - 1, checkpoint.size(), leaf, path, checkpoint.root());
        return new Proof(
                event,
                note,
                checkpoint,
                base64(leaf),
                path.stream().map(InclusionCheck::base64).toList(),
                valid);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}

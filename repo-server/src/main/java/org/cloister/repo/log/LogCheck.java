package org.cloister.repo.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.log.MerkleHash;
import org.cloister.repo.log.LogAudit.Damaged;

/**
 * Checks rows one after the other against themselves and against those before. Takes columns as they are: a damaged one need not be a value
 * that this program could hold otherwise. Pure; not thread-safe.
 */
final class LogCheck {
    private final Map<String, Long> versions = new HashMap<>();
    private final MerkleFrontier frontier = new MerkleFrontier();
    private final List<MerkleFrontier.Subtree> completed = new ArrayList<>();
    private Instant recordedAt = Instant.MIN;

    /** A row of the event table. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Row(
            long position,
            String stream,
            long version,
            String type,
            int schema,
            Instant recordedAt,
            String principal,
            String correlation,
            String payload,
            byte[] payloadHash,
            byte[] leafHash) {

        /** As {@link org.cloister.events.RecordedEvent#leafData}. */
        byte[] leafData() {
            String text = "cloister-event 1\n" + position + '\n' + stream + '\n' + version + '\n' + type + '\n' + schema
                    + '\n' + recordedAt + '\n' + principal + '\n' + correlation + '\n'
                    + Digest.ofHash(payloadHash).hex() + '\n';
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    /** What is wrong with the next row, if anything is. */
    Optional<Damaged> next(Row row) {
        long expected = frontier.size() + 1;
        if (row.position() != expected) {
            return damaged(expected, "position", "event " + expected + " is gone; the next one is " + row.position());
        }
        if (!Arrays.equals(Digest.ofText(row.payload()).bytes(), row.payloadHash())) {
            return damaged(expected, "payload", "the payload is not the one that was recorded");
        }
        if (!Arrays.equals(MerkleHash.leaf(row.leafData()), row.leafHash())) {
            return damaged(
                    expected,
                    "envelope",
                    "one of stream, version, type, schema, time, principal or correlation is not what was recorded");
        }
        long version = versions.merge(row.stream(), 1L, Long::sum);
        if (row.version() != version) {
            return damaged(
                    expected,
                    "stream_version",
                    row.stream() + " goes on with version " + row.version() + " where " + version + " is next");
        }
        if (row.recordedAt().isBefore(recordedAt)) {
            return damaged(expected, "recorded_at", "it was recorded before the event before it");
        }
        recordedAt = row.recordedAt();
        completed.clear();
        frontier.append(row.leafHash(), completed);
        return Optional.empty();
    }

    static Optional<Damaged> damaged(long position, String field, String explanation) {
        return Optional.of(new Damaged(new Position(position), field, explanation));
    }

    /** The rows that were right. */
    long size() {
        return frontier.size();
    }

    byte[] root() {
        return frontier.root();
    }

    /** The subtrees that the last row completed. */
    List<MerkleFrontier.Subtree> completed() {
        return completed;
    }
}

package org.cloister.repo.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.events.log.MerkleHash;

/**
 * Gives commands their places after a state of the log, one after the other, and says what each will be told once the batch
 * is durable. Pure but for what it holds itself; not thread-safe.
 */
final class BatchPlan {
    private final Instant recordedAt;
    private final MerkleFrontier frontier;
    private final ToLongFunction<StreamId> committedVersions;
    private final Map<StreamId, Long> versions = new HashMap<>();
    private final Map<RequestId, AppendResult.Appended> appended = new HashMap<>();
    private final List<Batch.Row> rows = new ArrayList<>();
    private final List<Batch.Answer> answers = new ArrayList<>();
    private final List<MerkleFrontier.Subtree> subtrees = new ArrayList<>();

    /** @param frontier the log's, which is not changed */
    BatchPlan(Instant recordedAt, MerkleFrontier frontier, ToLongFunction<StreamId> committedVersions) {
        this.recordedAt = recordedAt;
        this.frontier = frontier.copy();
        this.committedVersions = committedVersions;
    }

    /** Places the command, or not: a conflict or a repetition adds nothing. */
    AppendResult place(QueuedAppend queued) {
        AppendResult.Appended before = appended.get(queued.command().request());
        if (before != null) {
            return new AppendResult.Repeated(before.first(), before.last());
        }
        for (QueuedAppend.Part part : queued.parts()) {
            long version = version(part.stream());
            if (version != part.expectedVersion()) {
                return new AppendResult.Conflict(part.stream(), version);
            }
        }
        Position first = new Position(frontier.size() + 1);
        queued.parts().forEach(part -> place(queued.command(), part));
        AppendResult.Appended result = new AppendResult.Appended(first, new Position(frontier.size()));
        appended.put(queued.command().request(), result);
        answers.add(new Batch.Answer(
                queued.command().request(), first.value(), result.last().value()));
        return result;
    }

    private long version(StreamId stream) {
        Long planned = versions.get(stream);
        return planned != null ? planned : committedVersions.applyAsLong(stream);
    }

    private void place(Append command, QueuedAppend.Part part) {
        String stream = part.stream().toString();
        long version = part.expectedVersion();
        for (QueuedAppend.Payload payload : part.payloads()) {
            version++;
            long position = frontier.size() + 1;
            byte[] leaf = leaf(position, stream, version, payload, command);
            frontier.append(leaf, subtrees);
            rows.add(new Batch.Row(
                    position,
                    stream,
                    version,
                    payload,
                    command.principal().text(),
                    command.correlation().text(),
                    leaf));
        }
        versions.put(part.stream(), version);
    }

    /** As {@link org.cloister.events.RecordedEvent#leafData}, without digesting the payload again. */
    private byte[] leaf(long position, String stream, long version, QueuedAppend.Payload payload, Append command) {
        String data = "cloister-event 1\n" + position + '\n' + stream + '\n' + version + '\n'
                + payload.encoded().type() + '\n' + payload.encoded().schema() + '\n' + recordedAt + '\n'
                + command.principal() + '\n' + command.correlation() + '\n'
                + HexFormat.of().formatHex(payload.hash()) + '\n';
        return MerkleHash.leaf(data.getBytes(StandardCharsets.UTF_8));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    Batch batch() {
        return new Batch(recordedAt, rows, answers, subtrees);
    }

    /** The log's right edge once the batch is durable. */
    MerkleFrontier frontier() {
        return frontier;
    }

    /** The versions of the streams that the batch adds to. */
    Map<StreamId, Long> versions() {
        return versions;
    }
}

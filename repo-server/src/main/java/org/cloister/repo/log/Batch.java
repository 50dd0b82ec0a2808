package org.cloister.repo.log;

import java.time.Instant;
import java.util.List;
import org.cloister.events.RequestId;

/**
 * Events of whole commands that are committed in one transaction.
 *
 * @param recordedAt of all of them, whole microseconds
 */
record Batch(Instant recordedAt, List<Row> rows, List<Answer> answers, List<MerkleFrontier.Subtree> subtrees) {
    /** An event with its place. */
    record Row(
            long position,
            String stream,
            long version,
            QueuedAppend.Payload payload,
            String principal,
            String correlation,
            byte[] leafHash) {}

    /** What a request is told from now on. */
    record Answer(RequestId request, long first, long last) {}
}

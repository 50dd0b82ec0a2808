package org.cloister.agent.command.audit;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventLine;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.MerkleHash;
import org.cloister.events.log.MerkleProof;
import org.cloister.events.log.NoteKey;

/**
 * Computes the log's root hash from its events and compares it with what the pinned key signed. A log that shrank, forked or was
 * rewritten since the last time is found too.
 */
public final class LogVerification {
    private final LogReader log;
    private final NoteKey key;
    private final KeptLog kept;
    private final Clock clock;

    public LogVerification(RepositoryApi repository, NoteKey key, KeptLog kept, Clock clock) {
        this.log = new LogReader(repository);
        this.key = key;
        this.kept = kept;
        this.clock = clock;
    }

    /** Hears of the events that are verified, out of all. */
    @FunctionalInterface
    public interface Listener {
        void verified(long events, long of);
    }

    /**
     * Remembers what it has verified.
     *
     * @param fromTheFirst whether what was verified before is read again too
     */
    public Verdict run(boolean fromTheFirst, Listener listener) throws IOException, InterruptedException {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(key.open(log.checkpointNote()));
        } catch (IllegalArgumentException e) {
            return damaged("The checkpoint is not signed by the key that was pinned at login: " + e.getMessage() + ".");
        }
        if (!checkpoint.origin().equals(key.name())) {
            return damaged("The checkpoint is of another log: " + checkpoint.origin() + ".");
        }
        KeptLog.Kept before = kept.read();
        Verdict history = continues(before, checkpoint);
        if (history instanceof Verdict.Damaged) {
            return history;
        }
        Frontier start = fromTheFirst ? new Frontier() : before.frontier();
        Instant at = start.size() == 0 ? Instant.EPOCH : before.at();
        return read(start, at, checkpoint, listener);
    }

    /** Whether the log is the one that was kept, only longer. */
    private Verdict continues(KeptLog.Kept before, Checkpoint now) throws IOException, InterruptedException {
        long size = before.frontier().size();
        if (size > now.size()) {
            return damaged("The log has shrunk: it had " + size + " events on " + before.at() + ", it has " + now.size()
                    + ".");
        }
        boolean prefix = size == 0
                || (size == now.size()
                        ? Arrays.equals(before.frontier().root(), now.root())
                        : MerkleProof.isPrefix(
                                size,
                                before.frontier().root(),
                                now.size(),
                                now.root(),
                                log.consistency(size, now.size())));
        return prefix
                ? new Verdict.Intact(now, new Position(size), before.at())
                : damaged("The log was rewritten or forked: its first " + size + " events are not those of "
                        + before.at() + ".");
    }

    private Verdict read(Frontier frontier, Instant keptAt, Checkpoint checkpoint, Listener listener)
            throws IOException, InterruptedException {
        long from = frontier.size();
        LongConsumer progress = size -> listener.verified(size, checkpoint.size());
        Leaves leaves = new Leaves(frontier, checkpoint.size(), progress);
        log.events(from, checkpoint.size(), leaves::take);
        if (!leaves.fault.isEmpty()) {
            return new Verdict.Damaged(new Position(frontier.size() + 1), leaves.fault);
        }
        if (frontier.size() < checkpoint.size()) {
            Position missing = new Position(frontier.size() + 1);
            return new Verdict.Damaged(
                    missing, "Event " + missing + " is missing: the log has " + checkpoint.size() + ".");
        }
        if (!Arrays.equals(frontier.root(), checkpoint.root())) {
            return firstDifference(from, checkpoint.size());
        }
        kept.write(frontier, clock.instant());
        return new Verdict.Intact(checkpoint, new Position(from), keptAt);
    }

    /** Reads the events once more beside the leaves of the log's tiles. */
    private Verdict firstDifference(long from, long size) throws IOException, InterruptedException {
        for (long tile = from / LogReader.TILE; tile * LogReader.TILE < size; tile++) {
            List<byte[]> recorded = log.leaves(tile, size);
            long start = tile * LogReader.TILE;
            Comparison comparison = new Comparison(start, recorded);
            log.events(start, Math.min(size, start + recorded.size()), comparison::take);
            if (comparison.different > 0) {
                return new Verdict.Damaged(
                        new Position(comparison.different),
                        "Event " + comparison.different + " is not the one that was recorded.");
            }
        }
        return damaged(
                "The events give another root hash than the signed one, although each matches its leaf: the tree was"
                        + " altered.");
    }

    private static Verdict.Damaged damaged(String reason) {
        return new Verdict.Damaged(Position.NONE, reason);
    }

    /** Adds events to a frontier; stops at the first that can't be the next. */
    private static final class Leaves {
        private final Frontier frontier;
        private final long to;
        private final LongConsumer progress;
        private String fault = "";

        Leaves(Frontier frontier, long to, LongConsumer progress) {
            this.frontier = frontier;
            this.to = to;
            this.progress = progress;
        }

        boolean take(byte[] line) {
            RecordedEvent event;
            try {
                event = EventLine.parse(line);
            } catch (IllegalArgumentException e) {
                fault = "Event " + (frontier.size() + 1) + " can't be read: " + e.getMessage() + ".";
                return false;
            }
            if (event.position().value() != frontier.size() + 1) {
                fault = "Event " + (frontier.size() + 1) + " is missing: " + event.position() + " came in its place.";
                return false;
            }
            frontier.add(MerkleHash.leaf(event.leafData()));
            progress.accept(frontier.size());
            return frontier.size() < to;
        }
    }

    /** Events beside the leaves that the log has for them. */
    private static final class Comparison {
        private final long start;
        private final List<byte[]> recorded;
        private long different;

        Comparison(long start, List<byte[]> recorded) {
            this.start = start;
            this.recorded = recorded;
        }

        boolean take(byte[] line) {
            RecordedEvent event = EventLine.parse(line);
            long position = event.position().value();
            int index = (int) (position - start - 1);
            boolean same = index >= 0
                    && index < recorded.size()
                    && Arrays.equals(MerkleHash.leaf(event.leafData()), recorded.get(index));
            different = same ? 0 : position;
            return same;
        }
    }
}

package org.cloister.repo.log;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * The log as a writer knows it: a session, the right edge of the Merkle tree, and the versions and answers used lately. As long as
 * nobody else writes, all that is believed, and a batch is one statement. That somebody does is found out by a contradiction; then the
 * next batch waits for its turn and learns first what others appended, and so do those that follow soon. One thread.
 */
final class WritableLog implements AutoCloseable {
    /** Streams whose version is kept in memory: all hosts and packages of a large organization. */
    private static final int MAX_VERSIONS = 200_000;
    /** Repetitions arrive soon after the first; older ones are looked up. */
    private static final int MAX_ANSWERS = 50_000;
    /** Events of others that are learnt one by one; after more, everything is read again. */
    private static final int MAX_LEARNT = 10_000;
    /** How long after another writer's event each batch waits for its turn: two who write at once would contradict each other all the time. */
    private static final long COMPANY_NANOS = 1_000_000_000;

    private final LogSession.Source sessions;
    private final Clock clock;
    private final Recent<StreamId, Long> versions = new Recent<>(MAX_VERSIONS);
    private final Recent<RequestId, AppendResult.Repeated> answers = new Recent<>(MAX_ANSWERS);

    private @Nullable LogSession session;
    private MerkleFrontier frontier = new MerkleFrontier();
    private Instant recordedAt = Instant.EPOCH;
    private boolean unknown = true;
    private boolean doubtful = true;
    private boolean inCompany;
    private long companyUntil;

    WritableLog(LogSession.Source sessions, Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /** The last position that is known to be durable. */
    Position head() {
        return new Position(frontier.size());
    }

    /** Whether the next batch waits for its turn, and believes nothing in memory before what is new is read. */
    boolean takesTurn() {
        return doubtful || (inCompany && System.nanoTime() - companyUntil < 0);
    }

    /** Opens a session unless one is open, and reads the log's end if it is unknown. */
    void refresh() throws IOException, InterruptedException {
        if (session == null) {
            unknown = true;
            doubtful = true;
            session = sessions.open();
        }
        if (unknown) {
            LogSession.Tail tail = session.tail();
            frontier = tail.frontier();
            recordedAt = tail.recordedAt();
            versions.clear();
            answers.clear();
            unknown = false;
        }
    }

    /** In its turn: everything that others appended. */
    private void catchUp(LogSession open) throws IOException, InterruptedException {
        List<LogSession.Entry> others = open.after(frontier.size(), MAX_LEARNT);
        if (others.isEmpty()) {
            return;
        }
        inCompany = true;
        companyUntil = System.nanoTime() + COMPANY_NANOS;
        if (others.size() == MAX_LEARNT) {
            unknown = true;
            refresh();
            return;
        }
        for (LogSession.Entry other : others) {
            frontier.append(other.leafHash(), new ArrayList<>());
            recordedAt = other.recordedAt();
            versions.put(other.stream(), other.version());
        }
    }

    /**
     * Carries out the commands in their order and returns their results in the same order, durable.
     *
     * @param turn {@link #takesTurn}; then nothing contradicts but what can't be written at all
     * @throws LogSession.ContradictionException nothing was written; what is in memory is in doubt
     * @throws IOException the session is lost, and what was written of it is unknown
     */
    List<AppendResult> carryOut(List<QueuedAppend> commands, boolean turn)
            throws IOException, InterruptedException, LogSession.ContradictionException {
        if (session == null) {
            session = sessions.open();
        }
        LogSession open = session;
        if (turn) {
            open.begin();
        }
        refresh();
        if (turn) {
            catchUp(open);
            learnAnswers(open, commands);
        }
        learnVersions(open, commands);
        List<AppendResult> results = write(open, commands, turn);
        open.end();
        doubtful = false;
        return results;
    }

    private List<AppendResult> write(LogSession open, List<QueuedAppend> commands, boolean turn)
            throws IOException, LogSession.ContradictionException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        BatchPlan plan = new BatchPlan(now.isAfter(recordedAt) ? now : recordedAt, frontier, this::version);
        List<AppendResult> results = new ArrayList<>(commands.size());
        List<QueuedAppend> refused = new ArrayList<>();
        for (QueuedAppend queued : commands) {
            AppendResult.Repeated before = answers.get(queued.command().request());
            AppendResult result = before != null ? before : plan.place(queued);
            results.add(result);
            if (result instanceof AppendResult.Conflict conflict) {
                requireKnown(turn, queued, conflict);
                refused.add(queued);
            }
        }
        commit(open, plan, turn);
        return refused.isEmpty() ? results : recognizeRepetitions(open, commands, refused, results);
    }

    /** A command that was decided on a later version than the one in memory knows more: others have written. */
    private void requireKnown(boolean turn, QueuedAppend queued, AppendResult.Conflict conflict)
            throws LogSession.ContradictionException {
        boolean behind = queued.parts().stream()
                .anyMatch(part ->
                        part.stream().equals(conflict.stream()) && part.expectedVersion() > conflict.actualVersion());
        if (behind && !turn) {
            doubtful = true;
            throw new LogSession.ContradictionException("a command knows of a later event than this writer");
        }
    }

    private void commit(LogSession open, BatchPlan plan, boolean turn)
            throws IOException, LogSession.ContradictionException {
        if (!plan.isEmpty()) {
            Batch batch = plan.batch();
            try {
                open.commit(batch);
            } catch (LogSession.ContradictionException e) {
                unknown = turn;
                doubtful = true;
                throw e;
            }
            frontier = plan.frontier();
            recordedAt = batch.recordedAt();
            plan.versions().forEach(versions::put);
            batch.answers().forEach(answer -> answers.put(answer.request(), repeated(answer)));
        }
    }

    /** A command that was carried out before comes again with a version that is past, which looks like a conflict. */
    private List<AppendResult> recognizeRepetitions(
            LogSession open, List<QueuedAppend> commands, List<QueuedAppend> refused, List<AppendResult> results)
            throws IOException {
        Map<RequestId, AppendResult.Repeated> before = open.answers(requests(refused));
        List<AppendResult> recognized = new ArrayList<>(results.size());
        for (int i = 0; i < results.size(); i++) {
            AppendResult.Repeated repeated =
                    before.get(commands.get(i).command().request());
            recognized.add(
                    results.get(i) instanceof AppendResult.Conflict && repeated != null ? repeated : results.get(i));
        }
        return recognized;
    }

    private void learnAnswers(LogSession open, List<QueuedAppend> commands) throws IOException {
        open.answers(requests(commands)).forEach(answers::put);
    }

    private void learnVersions(LogSession open, List<QueuedAppend> commands) throws IOException {
        Set<StreamId> unknown = new LinkedHashSet<>();
        for (QueuedAppend queued : commands) {
            for (QueuedAppend.Part part : queued.parts()) {
                if (versions.get(part.stream()) == null) {
                    unknown.add(part.stream());
                }
            }
        }
        if (!unknown.isEmpty()) {
            Map<StreamId, Long> learnt = new HashMap<>(open.versions(unknown));
            unknown.forEach(stream -> versions.put(stream, learnt.getOrDefault(stream, 0L)));
        }
    }

    private long version(StreamId stream) {
        Long version = versions.get(stream);
        if (version == null) {
            throw new IllegalStateException("the version of " + stream + " was not learnt");
        }
        return version;
    }

    private static Collection<RequestId> requests(List<QueuedAppend> commands) {
        return commands.stream().map(queued -> queued.command().request()).toList();
    }

    private static AppendResult.Repeated repeated(Batch.Answer answer) {
        return new AppendResult.Repeated(new Position(answer.first()), new Position(answer.last()));
    }

    /** Gives the session up; the next command opens another. */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
        unknown = true;
        doubtful = true;
    }
}

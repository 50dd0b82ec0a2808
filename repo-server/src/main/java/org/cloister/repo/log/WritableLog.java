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
 * The log as its one writer knows it: a session, the right edge of the Merkle tree, and the versions and answers used lately, all
 * read again after anything unexpected. One thread.
 */
final class WritableLog implements AutoCloseable {
    /** Streams whose version is kept in memory: all hosts and packages of a large organization. */
    private static final int MAX_VERSIONS = 200_000;
    /** Repetitions arrive soon after the first; older ones are looked up. */
    private static final int MAX_ANSWERS = 50_000;

    private final LogSession.Source sessions;
    private final Clock clock;
    private final Recent<StreamId, Long> versions = new Recent<>(MAX_VERSIONS);
    private final Recent<RequestId, AppendResult.Repeated> answers = new Recent<>(MAX_ANSWERS);

    private @Nullable LogSession session;
    private MerkleFrontier frontier = new MerkleFrontier();
    private Instant recordedAt = Instant.EPOCH;
    private boolean doubtful = true;

    WritableLog(LogSession.Source sessions, Clock clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /** The last position that is known to be durable. */
    Position head() {
        return new Position(frontier.size());
    }

    /** Whether nothing in memory is believed before it is read again. */
    boolean isDoubtful() {
        return doubtful;
    }

    /** Opens a session unless one is open, and reads the log's end if it is in doubt. */
    void refresh() throws IOException, InterruptedException {
        if (session == null) {
            doubtful = true;
            session = sessions.open();
        }
        if (doubtful) {
            LogSession.Tail tail = session.tail();
            frontier = tail.frontier();
            recordedAt = tail.recordedAt();
            versions.clear();
            answers.clear();
        }
    }

    /**
     * Carries out the commands in their order and returns their results in the same order, durable.
     *
     * @throws LogSession.ContradictionException nothing was written; what is in memory is in doubt
     * @throws IOException the session is lost, and what was written of it is unknown
     */
    List<AppendResult> carryOut(List<QueuedAppend> commands)
            throws IOException, InterruptedException, LogSession.ContradictionException {
        refresh();
        LogSession open = requireSession();
        learnVersions(open, commands);
        if (doubtful) {
            learnAnswers(open, commands);
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        BatchPlan plan = new BatchPlan(now.isAfter(recordedAt) ? now : recordedAt, frontier, this::version);
        List<AppendResult> results = new ArrayList<>(commands.size());
        List<QueuedAppend> refused = new ArrayList<>();
        for (QueuedAppend queued : commands) {
            AppendResult.Repeated before = answers.get(queued.command().request());
            AppendResult result = before != null ? before : plan.place(queued);
            results.add(result);
            if (result instanceof AppendResult.Conflict) {
                refused.add(queued);
            }
        }
        commit(open, plan);
        return refused.isEmpty() ? results : recognizeRepetitions(open, commands, refused, results);
    }

    private void commit(LogSession open, BatchPlan plan) throws IOException, LogSession.ContradictionException {
        if (!plan.isEmpty()) {
            Batch batch = plan.batch();
            try {
                open.commit(batch);
            } catch (LogSession.ContradictionException e) {
                doubtful = true;
                throw e;
            }
            frontier = plan.frontier();
            recordedAt = batch.recordedAt();
            plan.versions().forEach(versions::put);
            batch.answers().forEach(answer -> answers.put(answer.request(), repeated(answer)));
        }
        doubtful = false;
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

    private LogSession requireSession() {
        if (session == null) {
            throw new IllegalStateException("no session is open");
        }
        return session;
    }

    /** Gives the session up; the next command opens another. */
    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
        doubtful = true;
    }
}

package org.cloister.repo.log;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;

/**
 * A database in memory that fails as a real one does: before or after it wrote, or when it is asked for a session. Another writer can
 * append to it at any moment.
 */
final class FailingSessions implements LogSession.Source {
    /** An event with this reason can't be written. */
    static final String POISON = "poison";

    private final Random random;
    private final double failures;
    private final List<Batch.Row> rows = new ArrayList<>();
    private final Map<RequestId, AppendResult.Repeated> answers = new HashMap<>();
    private final Semaphore turn = new Semaphore(1);
    private final MerkleFrontier frontier = new MerkleFrontier();
    private Instant recordedAt = Instant.EPOCH;
    private volatile boolean away;
    private volatile boolean started;

    FailingSessions(Random random, double failures) {
        this.random = random;
        this.failures = failures;
    }

    /** What was written. */
    synchronized List<Batch.Row> rows() {
        return List.copyOf(rows);
    }

    synchronized Map<RequestId, AppendResult.Repeated> answers() {
        return Map.copyOf(answers);
    }

    /** Before, nothing fails. */
    void failFromNowOn() {
        started = true;
    }

    void goAway() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    @Override
    public synchronized LogSession open() throws IOException {
        maybeFail();
        return new Session();
    }

    private void maybeFail() throws IOException {
        if (away || started && random.nextDouble() < failures) {
            throw new IOException("as planned");
        }
    }

    private final class Session implements LogSession {
        private boolean mine;

        @Override
        public void begin() throws IOException {
            maybeFail();
            turn.acquireUninterruptibly();
            mine = true;
        }

        @Override
        public void end() throws IOException {
            giveBack();
            maybeFail();
        }

        private void giveBack() {
            if (mine) {
                mine = false;
                turn.release();
            }
        }

        @Override
        public List<Entry> after(long size, int limit) throws IOException {
            maybeFail();
            synchronized (FailingSessions.this) {
                return rows.stream()
                        .skip(size)
                        .limit(limit)
                        .map(row -> new Entry(StreamId.parse(row.stream()), row.version(), row.leafHash(), recordedAt))
                        .toList();
            }
        }

        @Override
        public Tail tail() throws IOException {
            maybeFail();
            synchronized (FailingSessions.this) {
                return new Tail(frontier.copy(), recordedAt);
            }
        }

        @Override
        public Map<StreamId, Long> versions(Collection<StreamId> streams) throws IOException {
            maybeFail();
            Map<StreamId, Long> versions = new HashMap<>();
            for (StreamId stream : streams) {
                versions.put(
                        stream,
                        rows().stream()
                                .filter(row -> row.stream().equals(stream.toString()))
                                .count());
            }
            return versions;
        }

        @Override
        public Map<RequestId, AppendResult.Repeated> answers(Collection<RequestId> requests) throws IOException {
            maybeFail();
            Map<RequestId, AppendResult.Repeated> found = new HashMap<>(FailingSessions.this.answers());
            found.keySet().retainAll(requests);
            return found;
        }

        @Override
        public void commit(Batch batch) throws IOException, ContradictionException {
            maybeFail();
            if (!mine) {
                begin();
            }
            try {
                write(batch);
            } finally {
                giveBack();
            }
            maybeFail();
        }

        private void write(Batch batch) throws ContradictionException {
            synchronized (FailingSessions.this) {
                if (batch.rows().stream()
                                .anyMatch(
                                        row -> row.payload().encoded().payload().contains(POISON))
                        || batch.answers().stream().anyMatch(answer -> answers.containsKey(answer.request()))
                        || batch.rows().get(0).position() != rows.size() + 1) {
                    throw new ContradictionException("as planned", new IOException());
                }
                for (Batch.Row row : batch.rows()) {
                    rows.add(row);
                    frontier.append(row.leafHash(), new ArrayList<>());
                }
                recordedAt = batch.recordedAt();
                for (Batch.Answer answer : batch.answers()) {
                    answers.put(
                            answer.request(),
                            new AppendResult.Repeated(new Position(answer.first()), new Position(answer.last())));
                }
            }
        }

        @Override
        public void close() {
            giveBack();
        }
    }
}

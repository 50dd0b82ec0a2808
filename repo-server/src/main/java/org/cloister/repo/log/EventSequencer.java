package org.cloister.repo.log;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.codec.EventCodec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer of this process: one thread that takes whatever waits, places it, commits it in one transaction and has it acknowledged.
 * If the database fails, or another process was first, it learns what became of the batch and what is new, and goes on.
 */
final class EventSequencer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventSequencer.class);

    /** Commands that wait; more are refused with {@link LogBusyException}. */
    static final int MAX_QUEUED = 8_192;
    /** What waiting payloads weigh together, unless it is a single command. */
    static final long MAX_QUEUED_BYTES = 64L * 1024 * 1024;
    /** Commands in one transaction. */
    static final int MAX_BATCH = 500;
    /** A batch is closed once it has this many events; the last command can go over. */
    private static final int ENOUGH_EVENTS = 5_000;
    /** How long a command waits for a database that is away. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /**
     * How long a batch waits for the commands of those who were just answered: a little against a commit, and it keeps many callers in one
     * batch instead of two that take turns.
     */
    private static final long GATHER_NANOS = 400_000;

    private static final Duration RETRY = Duration.ofMillis(100);
    private static final long POLL_MILLIS = 100;

    private final WritableLog log;
    private final Duration patience;
    private final Duration retry;
    private final EventCodec codec = new EventCodec();
    private final BlockingQueue<QueuedAppend> queue = new ArrayBlockingQueue<>(MAX_QUEUED);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final List<Consumer<Position>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread = new Thread(this::run, "event-sequencer");
    private final ExecutorService acknowledger = Executors.newSingleThreadExecutor(task -> {
        Thread acknowledging = new Thread(task, "event-acknowledger");
        acknowledging.setDaemon(true);
        return acknowledging;
    });

    /** How many commands a batch had lately; the sequencer's thread only. */
    private int expected;

    private volatile Position head = Position.NONE;
    private volatile boolean closed;

    EventSequencer(LogSession.Source sessions, Clock clock) {
        this(sessions, clock, PATIENCE, RETRY);
    }

    /** @param retry how long after a failure another session is asked for */
    EventSequencer(LogSession.Source sessions, Clock clock, Duration patience, Duration retry) {
        this.log = new WritableLog(sessions, clock);
        this.patience = patience;
        this.retry = retry;
        thread.setDaemon(true);
    }

    /** Reads the log's end and begins to work. */
    void start() throws IOException {
        try {
            log.refresh();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while opening the log", e);
        }
        advance(log.head());
        thread.start();
    }

    Position head() {
        return head;
    }

    EventStore.Registration onAppended(Consumer<Position> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    CompletionStage<AppendResult> append(Append command) {
        QueuedAppend queued = QueuedAppend.of(command, codec, System.nanoTime() + patience.toNanos());
        long before = queuedBytes.getAndAdd(queued.bytes());
        if (closed || (before > 0 && before + queued.bytes() > MAX_QUEUED_BYTES) || !queue.offer(queued)) {
            queuedBytes.addAndGet(-queued.bytes());
            queued.result().completeExceptionally(busy());
        } else if (closed && queue.remove(queued)) {
            queued.result().completeExceptionally(busy());
        }
        return queued.result();
    }

    private LogBusyException busy() {
        return new LogBusyException(
                closed ? "the log is being closed" : MAX_QUEUED + " commands wait to be appended; try again");
    }

    private void run() {
        try {
            for (List<QueuedAppend> next = take(); !next.isEmpty(); next = take()) {
                sequenceOrFail(next);
            }
        } catch (InterruptedException e) {
            LOG.warn("interrupted; what waits is not appended");
        } finally {
            closed = true;
            log.close();
            List<QueuedAppend> rest = new ArrayList<>();
            queue.drainTo(rest);
            fail(rest, new IOException("the log was closed"));
        }
    }

    /** A bug or a damaged log ends the writer rather than going on from a state that is not understood. */
    private void sequenceOrFail(List<QueuedAppend> commands) throws InterruptedException {
        boolean done = false;
        try {
            sequence(commands);
            done = true;
        } catch (RuntimeException e) {
            LOG.error("the log is closed for writing; run the audit, then start again", e);
            throw e;
        } finally {
            if (!done) {
                fail(commands, new IOException("the log was closed; whether the events were appended is not known"));
            }
        }
    }

    /** What waits, at least one command; nothing once closed and done. */
    private List<QueuedAppend> take() throws InterruptedException {
        List<QueuedAppend> taken = new ArrayList<>();
        QueuedAppend first = null;
        while (first == null) {
            if (closed && queue.isEmpty()) {
                return taken;
            }
            first = queue.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        int events = 0;
        long gatherUntil = System.nanoTime() + GATHER_NANOS;
        for (QueuedAppend next = first; next != null; next = another(taken.size(), gatherUntil)) {
            taken.add(next);
            queuedBytes.addAndGet(-next.bytes());
            events += next.events();
            if (taken.size() >= MAX_BATCH || events >= ENOUGH_EVENTS) {
                break;
            }
        }
        expected = Math.max(taken.size(), expected - 1 - expected / 8);
        return taken;
    }

    /** The next command if one is there, or comes soon and as many are expected; a lone caller never waits. */
    private @Nullable QueuedAppend another(int taken, long gatherUntil) throws InterruptedException {
        QueuedAppend next = queue.poll();
        if (next == null && taken < expected && !closed) {
            next = queue.poll(gatherUntil - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
        return next;
    }

    /** Returns when every command has its result. */
    private void sequence(List<QueuedAppend> commands) throws InterruptedException {
        List<QueuedAppend> waiting = commands;
        while (!waiting.isEmpty()) {
            boolean turn = log.takesTurn();
            try {
                acknowledge(waiting, log.carryOut(waiting, turn));
                return;
            } catch (LogSession.ContradictionException e) {
                if (turn) {
                    LOG.warn("the database refused a batch of {} commands", waiting.size(), e);
                    divide(waiting, e);
                    return;
                }
                LOG.debug("another process was first; placing {} commands anew", waiting.size());
            } catch (IOException e) {
                LOG.warn("the database failed; opening another session", e);
                log.close();
                waiting = failExpired(waiting, e);
                Thread.sleep(retry.toMillis());
            }
        }
    }

    /** Even with everything read again one of the commands can't be written: only that one fails. */
    private void divide(List<QueuedAppend> commands, Exception cause) throws InterruptedException {
        if (commands.size() == 1) {
            fail(commands, new IOException("the database refused the events", cause));
            return;
        }
        for (QueuedAppend command : commands) {
            sequence(List.of(command));
        }
    }

    private List<QueuedAppend> failExpired(List<QueuedAppend> waiting, IOException cause) {
        long now = System.nanoTime();
        List<QueuedAppend> expired = waiting.stream()
                .filter(queued -> closed || queued.deadlineNanos() - now < 0)
                .toList();
        fail(expired, new IOException("the database is away; whether the events were appended is not known", cause));
        List<QueuedAppend> rest = new ArrayList<>(waiting);
        rest.removeAll(expired);
        return rest;
    }

    private void fail(List<QueuedAppend> commands, IOException failure) {
        acknowledger.execute(() -> commands.forEach(queued -> queued.result().completeExceptionally(failure)));
    }

    private void acknowledge(List<QueuedAppend> commands, List<AppendResult> results) {
        advance(log.head());
        acknowledger.execute(() -> {
            for (int i = 0; i < results.size(); i++) {
                commands.get(i).result().complete(results.get(i));
            }
        });
    }

    /** The log is durable up to here, whoever appended; a position before the head is no news. Thread-safe. */
    synchronized void advance(Position reached) {
        if (reached.isAfter(head) && !acknowledger.isShutdown()) {
            head = reached;
            acknowledger.execute(() -> listeners.forEach(listener -> tell(listener, reached)));
        }
    }

    private static void tell(Consumer<Position> listener, Position reached) {
        try {
            listener.accept(reached);
        } catch (RuntimeException e) {
            LOG.error("a listener of the log failed at {}", reached, e);
        }
    }

    /** Appends what waits, then ends. */
    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
                thread.interrupt();
            }
        }
        synchronized (this) {
            acknowledger.shutdown();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

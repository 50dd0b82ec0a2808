package org.cloister.repo.view;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.cloister.events.Event;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds views with every event of the log, in order, on one thread of its own. Where there is much to catch up with, another thread reads
 * and decodes the next events meanwhile. A database that fails is asked again until it
 * answers. An event that a view can't take stops the projection for good: {@link #failure} tells, and whoever waits is told;
 * going on would show a state that never was.
 */
public final class Projection implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Projection.class);
    /** Between two attempts on a database that fails. */
    private static final long RETRY_MILLISECONDS = 500;

    /** A page that is shorter is the log's end or heavy: reading ahead of it saves nothing, or takes much memory. */
    private static final int WORTH_READING_AHEAD = 1_000;

    private final EventStore store;
    private final EventCodec codec;
    private final List<View> views = new CopyOnWriteArrayList<>();
    private final Waiters waiters = new Waiters();
    private final Semaphore appended = new Semaphore(1);
    private final Thread thread;
    private final ExecutorService ahead = Executors.newSingleThreadExecutor(Projection::reader);
    private volatile Position position = Position.NONE;
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    public Projection(EventStore store, EventCodec codec, List<? extends View> views) {
        this.store = store;
        this.codec = codec;
        this.views.addAll(views);
        this.thread = new Thread(this::run, "projection");
        this.thread.setDaemon(true);
    }

    /** Fed after those that are there already. Before {@link #start}. */
    public void add(View view) {
        if (thread.getState() != Thread.State.NEW) {
            throw new IllegalStateException("a view that is added now would miss events");
        }
        views.add(view);
    }

    /** Begins with the first event. Once. */
    public void start() {
        thread.start();
    }

    /** Every view has applied everything up to here. */
    public Position position() {
        return position;
    }

    /** Why it stopped, or null as long as it runs. */
    public @Nullable Throwable failure() {
        return failure;
    }

    /**
     * Completes when {@link #position} is {@code wanted} or later, on the projection's thread (do little there, or go on with
     * an executor) or at once. Completes exceptionally when the projection stops.
     */
    public CompletionStage<Position> reached(Position wanted) {
        CompletableFuture<Position> waiter = waiters.add(wanted);
        waiters.complete(position);
        if (closed || failure != null) {
            waiters.fail(stopped());
        }
        return waiter;
    }

    /**
     * {@link #reached} for all that is durable at the time of the call: what was acknowledged before, by whichever process, can be read
     * after. Completes on a thread of the store's or of the projection's, or at once.
     */
    public CompletionStage<Position> current() {
        return store.latest().thenCompose(this::reached);
    }

    private void run() {
        try (EventStore.Registration ignored = store.onAppended(head -> appended.release())) {
            while (!closed) {
                appended.acquire();
                appended.drainPermits();
                catchUp();
            }
        } catch (InterruptedException e) {
            closed = true;
        } catch (RuntimeException | Error e) {
            failure = e;
            LOG.error(
                    "the projection stopped after position {}: nothing that depends on it is answered any more",
                    position,
                    e);
        } finally {
            ahead.shutdownNow();
            waiters.fail(stopped());
        }
    }

    /** What is in the log, and what it says, unless it can't be understood. */
    private record Decoded(
            RecordedEvent recorded,
            @Nullable Event event,
            @Nullable RuntimeException failure) {}

    private static Thread reader(Runnable reading) {
        Thread thread = new Thread(reading, "projection-reader");
        thread.setDaemon(true);
        return thread;
    }

    private void catchUp() throws InterruptedException {
        List<Decoded> page = readAfter(position);
        while (!page.isEmpty() && !closed) {
            Position end = page.get(page.size() - 1).recorded().position();
            Future<List<Decoded>> next = page.size() < WORTH_READING_AHEAD ? null : ahead.submit(() -> readAfter(end));
            for (Decoded event : page) {
                apply(event);
            }
            page = next == null ? readAfter(end) : result(next);
        }
    }

    private static List<Decoded> result(Future<List<Decoded>> reading) throws InterruptedException {
        try {
            return reading.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the log can't be read ahead", e.getCause());
        }
    }

    private List<Decoded> readAfter(Position after) throws InterruptedException {
        List<RecordedEvent> read = read(after);
        List<Decoded> decoded = new ArrayList<>(read.size());
        for (RecordedEvent recorded : read) {
            decoded.add(decode(recorded));
        }
        return decoded;
    }

    /** The events before one that can't be understood are applied all the same. */
    private Decoded decode(RecordedEvent recorded) {
        try {
            return new Decoded(recorded, codec.decode(recorded), null);
        } catch (RuntimeException e) {
            return new Decoded(recorded, null, e);
        }
    }

    private List<RecordedEvent> read(Position after) throws InterruptedException {
        while (true) {
            try {
                return store.readAll(after, EventStore.MAX_READ);
            } catch (UncheckedIOException e) {
                LOG.warn("the log can't be read after position {}; trying again", after, e);
                TimeUnit.MILLISECONDS.sleep(RETRY_MILLISECONDS);
            }
        }
    }

    private void apply(Decoded decoded) {
        RecordedEvent recorded = decoded.recorded();
        if (!recorded.position().equals(position.next())) {
            throw new IllegalStateException("after position " + position + " came " + recorded.position());
        }
        if (decoded.failure() != null) {
            throw decoded.failure();
        }
        Event event = Objects.requireNonNull(decoded.event());
        for (View view : views) {
            view.apply(recorded, event);
        }
        position = recorded.position();
        waiters.complete(position);
    }

    private IllegalStateException stopped() {
        return new IllegalStateException("the projection stopped after position " + position, failure);
    }

    /** Ends the thread; whoever waits is told. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}

package org.cloister.repo.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.repo.log.EventStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes those who wait for events of some streams. However many wait, new events are read once. Thread-safe. Waking is a hint: who
 * is woken reads the log.
 */
public final class Tail implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);

    private final EventStore store;
    private final Executor executor;
    private final EventStore.Registration registration;
    private final Set<Waiter> waiters = new HashSet<>();
    private Position examined;
    private boolean reading;

    /** @param executor for reading; bounded by one task at a time */
    Tail(EventStore store, Executor executor) {
        this.store = store;
        this.executor = executor;
        this.examined = store.head();
        this.registration = store.onAppended(this::appended);
    }

    /** Someone who waits. */
    public final class Waiter {
        private final StreamFilter filter;
        private final Runnable wake;

        private Waiter(StreamFilter filter, Runnable wake) {
            this.filter = filter;
            this.wake = wake;
        }

        /** Is not woken any more. */
        public void cancel() {
            synchronized (Tail.this) {
                waiters.remove(this);
            }
        }
    }

    /** Calls {@code wake} once, from any thread, when there may be such events after {@code seen}; perhaps at once. */
    public Waiter await(Position seen, StreamFilter filter, Runnable wake) {
        Waiter waiter = new Waiter(filter, wake);
        synchronized (this) {
            if (!store.head().isAfter(seen)) {
                waiters.add(waiter);
                examined = waiters.size() == 1 && !reading ? seen : examined;
                return waiter;
            }
        }
        wake.run();
        return waiter;
    }

    private synchronized void appended(Position head) {
        if (reading || waiters.isEmpty()) {
            return;
        }
        reading = true;
        executor.execute(this::read);
    }

    private void read() {
        List<Waiter> woken = new ArrayList<>();
        try {
            Position from;
            synchronized (this) {
                from = examined;
            }
            woken = matching(store.readAll(from, EventStore.MAX_READ), from);
        } catch (RuntimeException e) {
            LOG.warn("reading what is new failed; those who wait try for themselves", e);
            woken = everyone();
        } finally {
            woken.forEach(waiter -> waiter.wake.run());
        }
    }

    private synchronized List<Waiter> matching(List<RecordedEvent> events, Position from) {
        Set<StreamId> streams = new HashSet<>();
        events.forEach(event -> streams.add(event.stream()));
        examined = events.isEmpty() ? from : events.get(events.size() - 1).position();
        List<Waiter> woken = waiters.stream()
                .filter(waiter -> streams.stream().anyMatch(waiter.filter::wants))
                .toList();
        woken.forEach(waiters::remove);
        reading = false;
        if (store.head().isAfter(examined)) {
            appended(store.head());
        }
        return woken;
    }

    private synchronized List<Waiter> everyone() {
        reading = false;
        List<Waiter> all = List.copyOf(waiters);
        waiters.clear();
        return all;
    }

    @Override
    public void close() {
        registration.close();
    }
}

package org.cloister.repo.http;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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
    /** Those who wait for some streams only, by each of these: what an event costs doesn't depend on how many wait for others. */
    private final Map<StreamId, Set<Waiter>> ofStreams = new HashMap<>();
    /** Those who wait for kinds of streams, perhaps for some streams too. */
    private final Set<Waiter> ofKinds = new LinkedHashSet<>();

    private int waiting;
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
        private boolean waits;

        private Waiter(StreamFilter filter, Runnable wake) {
            this.filter = filter;
            this.wake = wake;
        }

        /** Is not woken any more. */
        public void cancel() {
            synchronized (Tail.this) {
                remove(this);
            }
        }
    }

    /** Calls {@code wake} once, from any thread, when there may be such events after {@code seen}; perhaps at once. */
    public Waiter await(Position seen, StreamFilter filter, Runnable wake) {
        Waiter waiter = new Waiter(filter, wake);
        synchronized (this) {
            if (!store.head().isAfter(seen)) {
                add(waiter);
                examined = waiting == 1 && !reading ? seen : examined;
                return waiter;
            }
        }
        wake.run();
        return waiter;
    }

    private void add(Waiter waiter) {
        waiter.waits = true;
        waiting++;
        if (waiter.filter.selection().kinds().isEmpty()) {
            waiter.filter
                    .selection()
                    .streams()
                    .forEach(stream -> ofStreams
                            .computeIfAbsent(stream, s -> new LinkedHashSet<>())
                            .add(waiter));
        } else {
            ofKinds.add(waiter);
        }
    }

    private void remove(Waiter waiter) {
        if (!waiter.waits) {
            return;
        }
        waiter.waits = false;
        waiting--;
        ofKinds.remove(waiter);
        for (StreamId stream : waiter.filter.selection().streams()) {
            Set<Waiter> others = ofStreams.get(stream);
            if (others != null && others.remove(waiter) && others.isEmpty()) {
                ofStreams.remove(stream);
            }
        }
    }

    private synchronized void appended(Position head) {
        if (reading || waiting == 0) {
            return;
        }
        reading = true;
        executor.execute(this::read);
    }

    private void read() {
        Set<Waiter> woken = Set.of();
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

    private synchronized Set<Waiter> matching(List<RecordedEvent> events, Position from) {
        Set<StreamId> streams = new HashSet<>();
        events.forEach(event -> streams.add(event.stream()));
        examined = events.isEmpty() ? from : events.get(events.size() - 1).position();
        Set<Waiter> woken = new LinkedHashSet<>();
        streams.forEach(stream -> woken.addAll(ofStreams.getOrDefault(stream, Set.of())));
        ofKinds.stream()
                .filter(waiter -> streams.stream().anyMatch(waiter.filter::wants))
                .forEach(woken::add);
        woken.forEach(this::remove);
        reading = false;
        if (store.head().isAfter(examined)) {
            appended(store.head());
        }
        return woken;
    }

    private synchronized Set<Waiter> everyone() {
        reading = false;
        Set<Waiter> all = new LinkedHashSet<>(ofKinds);
        ofStreams.values().forEach(all::addAll);
        all.forEach(this::remove);
        return all;
    }

    @Override
    public void close() {
        registration.close();
    }
}

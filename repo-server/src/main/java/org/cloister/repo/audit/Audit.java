package org.cloister.repo.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.audit.HistoryView.Row;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.log.EventStore;
import org.jspecify.annotations.Nullable;

/**
 * Answers from the log itself. Thread-safe. Every method blocks, and throws {@link java.io.UncheckedIOException} if the
 * database failed.
 */
public final class Audit {
    /** Entries of one page. */
    public static final int MAX_LIMIT = 1_000;

    private final EventStore store;
    private final EventCodec codec;
    private final HistoryView history;

    /** @param history is fed from the same log; whoever asks waits for its projection first */
    public Audit(EventStore store, EventCodec codec, HistoryView history) {
        this.store = store;
        this.codec = codec;
        this.history = history;
    }

    /** The host as it was then; empty if it had no event yet. Reads all of the host's events up to then. */
    public Optional<HostSnapshot> hostAt(HostId host, Moment moment) {
        HostState state = HostState.EMPTY;
        RunningGuests guests = new RunningGuests();
        RecordedEvent last = null;
        long version = 0;
        List<RecordedEvent> page;
        do {
            page = store.readStream(StreamId.of(host), version, EventStore.MAX_READ);
            for (RecordedEvent recorded : page) {
                if (!moment.includes(recorded)) {
                    return snapshot(host, state, guests, last);
                }
                HostEvent event = (HostEvent) codec.decode(recorded);
                state = state.evolve(Occurrence.of(recorded), event);
                guests.apply(Occurrence.of(recorded), event);
                last = recorded;
                version = recorded.version();
            }
        } while (page.size() == EventStore.MAX_READ);
        return snapshot(host, state, guests, last);
    }

    private static Optional<HostSnapshot> snapshot(
            HostId host, HostState state, RunningGuests guests, @Nullable RecordedEvent last) {
        return last == null
                ? Optional.empty()
                : Optional.of(new HostSnapshot(host, state, guests.all(), Occurrence.of(last)));
    }

    /** An event in a few words for people. */
    public String summary(RecordedEvent recorded) {
        return Summary.of(codec.decode(recorded));
    }

    /**
     * What was asked and what became of it, by position. Reports are not entries of their own but the outcome of the request.
     *
     * @param limit 1 to {@link #MAX_LIMIT}
     */
    public HistoryPage history(HistoryFilter filter, Position after, int limit) {
        requireLimit(limit);
        return page(history.find(filter, after, limit + 1), limit);
    }

    /**
     * The same, the newest first.
     *
     * @param before entries before this position; the {@code next} of a page gives the next one
     */
    public HistoryPage newestFirst(HistoryFilter filter, Position before, int limit) {
        requireLimit(limit);
        return page(history.findBefore(filter, before, limit + 1), limit);
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " entries");
        }
    }

    private HistoryPage page(List<Row> rows, int limit) {
        List<HistoryEntry> entries = new ArrayList<>();
        for (Row row : rows.subList(0, Math.min(limit, rows.size()))) {
            entries.add(entry(row));
        }
        Position next = rows.size() > limit ? rows.get(limit - 1).position() : null;
        return new HistoryPage(entries, next);
    }

    private HistoryEntry entry(Row row) {
        RecordedEvent recorded = read(row.position());
        Event event = codec.decode(recorded);
        RecordedEvent outcome = row.outcome() == null ? null : read(row.outcome());
        String summary = Summary.of(event);
        if (outcome != null) {
            summary += " — " + Summary.of(codec.decode(outcome));
        } else if (event instanceof InstallRequested
                || event instanceof RemovalRequested
                || event instanceof RollbackRequested) {
            summary += " — not reported yet";
        }
        return new HistoryEntry(recorded, event, outcome, summary);
    }

    private RecordedEvent read(Position position) {
        List<RecordedEvent> read = store.readAll(new Position(position.value() - 1), 1);
        if (read.isEmpty() || !read.get(0).position().equals(position)) {
            throw new IllegalStateException("the log has no event at position " + position);
        }
        return read.get(0);
    }
}

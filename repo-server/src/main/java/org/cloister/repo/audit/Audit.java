package org.cloister.repo.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.CorrelationId;
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
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.advisory.Judgement;
import org.cloister.repo.advisory.Provenance;
import org.cloister.repo.audit.HistoryView.Row;
import org.cloister.repo.audit.HostSnapshot.Guest;
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
    private final InstallationsView installations;
    private final HostCheckpoints checkpoints;
    private final Provenance provenance;

    /** @param past is fed from the same log; whoever asks waits for its projection first */
    public Audit(EventStore store, EventCodec codec, AuditViews past, Provenance provenance) {
        this.store = store;
        this.codec = codec;
        this.history = past.history();
        this.installations = past.installations();
        this.checkpoints = past.checkpoints();
        this.provenance = provenance;
    }

    /**
     * Where the log was then.
     *
     * @param known the answer if {@code moment} lies beyond it: what the views have seen
     */
    public Position positionAt(Moment moment, Position known) {
        Position position =
                moment instanceof Moment.At at ? store.positionAt(at.time()) : ((Moment.After) moment).position();
        return position.isAfter(known) ? known : position;
    }

    /** Who had versions of a package, whole closures counted, as the log knew it at {@code asOf}; by beginning. */
    public List<PackageInterval> having(PackageName name, VersionRange versions, Position asOf) {
        return installations.having(id -> id.name().equals(name) && versions.admits(id.version()), asOf);
    }

    /**
     * The host as it was then; empty if it had no event yet. Reads its events from the last checkpoint that had happened on: at most
     * {@value HostCheckpoints#INTERVAL}, or a {@value HostCheckpoints#FEWEST}nd of all that it has.
     */
    public Optional<HostSnapshot> hostAt(HostId host, Moment moment) {
        HostCheckpoints.Checkpoint start = checkpoints.find(host, moment);
        return start == null
                ? hostAt(host, moment, 0, HostState.EMPTY, List.of(), null)
                : hostAt(host, moment, start.version(), start.state(), start.guests(), start.last());
    }

    private Optional<HostSnapshot> hostAt(
            HostId host, Moment moment, long after, HostState before, List<Guest> running, @Nullable Occurrence at) {
        HostState state = before;
        RunningGuests guests = new RunningGuests(running);
        Occurrence last = at;
        long version = after;
        List<RecordedEvent> page;
        do {
            page = store.readStream(StreamId.of(host), version, HostCheckpoints.INTERVAL);
            for (RecordedEvent recorded : page) {
                if (!moment.includes(recorded)) {
                    return snapshot(host, state, guests, last);
                }
                HostEvent event = (HostEvent) codec.decode(recorded);
                last = Occurrence.of(recorded);
                state = state.evolve(last, event);
                guests.apply(last, event);
                version = recorded.version();
            }
        } while (!page.isEmpty());
        return snapshot(host, state, guests, last);
    }

    private static Optional<HostSnapshot> snapshot(
            HostId host, HostState state, RunningGuests guests, @Nullable Occurrence last) {
        return last == null ? Optional.empty() : Optional.of(new HostSnapshot(host, state, guests.all(), last));
    }

    /** An event in a few words for people. */
    public String summary(RecordedEvent recorded) {
        return Summary.of(codec.decode(recorded));
    }

    /**
     * Who had a version that the advisories affect, whole closures counted, as the log knew it at {@code asOf}; by beginning. Hosts
     * that are retired or have another version since are among them.
     *
     * @param advisories that mean the same
     */
    public List<Exposure> exposure(List<AdvisoryImported> advisories, Position asOf) {
        Map<PackageId, Judgement> judged = new HashMap<>();
        Function<PackageId, Judgement> judge =
                id -> Judgement.of(advisories, provenance.source(id), provenance.release(id));
        Predicate<PackageId> wanted = id -> judged.computeIfAbsent(id, judge) != Judgement.NOT_AFFECTED;
        return installations.having(wanted, asOf).stream()
                .map(interval -> new Exposure(
                        interval,
                        provenance.source(interval.id()),
                        provenance.release(interval.id()),
                        judged.computeIfAbsent(interval.id(), judge)))
                .toList();
    }

    /** What hosts reported to have and were never told to install. */
    public List<InstallationsView.Unserved> unserved() {
        return installations.unserved();
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

    /**
     * Everything that is tied to a correlation id, from what was asked to what was reported of it and what followed from that, by
     * position; at most {@link #MAX_LIMIT}. Reports of before they were tied to what they are about are found by that.
     */
    public List<HistoryEntry> correlated(CorrelationId correlation) {
        Map<Position, RecordedEvent> tied = new TreeMap<>();
        Deque<CorrelationId> wanted = new ArrayDeque<>(List.of(correlation));
        Set<CorrelationId> seen = new HashSet<>();
        while (!wanted.isEmpty()) {
            CorrelationId next = wanted.remove();
            if (seen.add(next)) {
                List<Row> rows = history.find(new HistoryFilter(null, null, null, next), Position.NONE, MAX_LIMIT);
                Map<Position, RecordedEvent> read = read(rows);
                for (Row row : rows) {
                    RecordedEvent entry = required(read, row.position());
                    if (entry.correlation().equals(next)) {
                        tied.put(row.position(), entry);
                        for (Position outcome : row.outcomes()) {
                            tied.put(outcome, required(read, outcome));
                            wanted.add(required(read, outcome).correlation());
                        }
                    }
                }
            }
        }
        return tied.values().stream().limit(MAX_LIMIT).map(this::alone).toList();
    }

    /** An event without what became of it. */
    private HistoryEntry alone(RecordedEvent recorded) {
        Event event = codec.decode(recorded);
        return new HistoryEntry(recorded, event, null, Summary.of(event));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " entries");
        }
    }

    private HistoryPage page(List<Row> rows, int limit) {
        List<Row> shown = rows.subList(0, Math.min(limit, rows.size()));
        Map<Position, RecordedEvent> read = read(shown);
        List<HistoryEntry> entries = new ArrayList<>();
        for (Row row : shown) {
            Position outcome = row.outcome();
            entries.add(entry(required(read, row.position()), outcome == null ? null : required(read, outcome)));
        }
        Position next = rows.size() > limit ? rows.get(limit - 1).position() : null;
        return new HistoryPage(entries, next);
    }

    private HistoryEntry entry(RecordedEvent recorded, @Nullable RecordedEvent outcome) {
        Event event = codec.decode(recorded);
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

    /** The events of these rows and all reports about them, by position. */
    private Map<Position, RecordedEvent> read(List<Row> rows) {
        SortedSet<Position> wanted = new TreeSet<>();
        for (Row row : rows) {
            wanted.add(row.position());
            wanted.addAll(row.outcomes());
        }
        Map<Position, RecordedEvent> read = new HashMap<>();
        while (!wanted.isEmpty()) {
            List<RecordedEvent> some = store.readAt(wanted);
            if (some.isEmpty()) {
                throw new IllegalStateException("the log has no event at position " + wanted.first());
            }
            some.forEach(event -> read.put(event.position(), event));
            wanted = wanted.tailSet(some.get(some.size() - 1).position().next());
        }
        return read;
    }

    private static RecordedEvent required(Map<Position, RecordedEvent> read, Position position) {
        RecordedEvent event = read.get(position);
        if (event == null) {
            throw new IllegalStateException("the log has no event at position " + position);
        }
        return event;
    }
}

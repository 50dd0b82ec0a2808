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
    private final Provenance provenance;

    /**
     * @param history is fed from the same log; whoever asks waits for its projection first
     * @param installations is fed from the same log
     */
    public Audit(
            EventStore store,
            EventCodec codec,
            HistoryView history,
            InstallationsView installations,
            Provenance provenance) {
        this.store = store;
        this.codec = codec;
        this.history = history;
        this.installations = installations;
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
        } while (!page.isEmpty());
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
        SortedSet<Position> positions = new TreeSet<>();
        Deque<CorrelationId> wanted = new ArrayDeque<>(List.of(correlation));
        Set<CorrelationId> seen = new HashSet<>();
        while (!wanted.isEmpty()) {
            CorrelationId next = wanted.remove();
            if (seen.add(next)) {
                for (Row row : history.find(new HistoryFilter(null, null, null, next), Position.NONE, MAX_LIMIT)) {
                    positions.add(row.position());
                    positions.addAll(row.outcomes());
                    row.outcomes().forEach(outcome -> wanted.add(read(outcome).correlation()));
                }
            }
        }
        return positions.stream().limit(MAX_LIMIT).map(this::alone).toList();
    }

    /** An event without what became of it. */
    private HistoryEntry alone(Position position) {
        RecordedEvent recorded = read(position);
        Event event = codec.decode(recorded);
        return new HistoryEntry(recorded, event, null, Summary.of(event));
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

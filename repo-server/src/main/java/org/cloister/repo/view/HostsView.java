package org.cloister.repo.view;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;

/** Every host that was ever enrolled. */
public final class HostsView implements View {
    private final ClosuresView closures;
    private final Map<StreamId, HostId> ids = new ConcurrentHashMap<>();
    private final Map<HostId, HostEntry> entries = new ConcurrentHashMap<>();
    private final SortedSet<HostId> sorted = new ConcurrentSkipListSet<>();
    private final Shared<Principal> people = new Shared<>();
    private final Shared<RootName> roots = new Shared<>();
    private final Shared<LayerId> layers = new Shared<>();

    /**
     * One host. Immutable.
     *
     * @param enrolled its first event
     * @param last its last event
     * @param lastReportAt when its agent last said anything that is recorded, or null
     */
    public record HostEntry(
            HostId host,
            HostState state,
            Occurrence enrolled,
            Occurrence last,
            @Nullable Instant lastReportAt) {}

    /** @param closures is fed before this one */
    public HostsView(ClosuresView closures) {
        this.closures = closures;
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof HostEvent change) {
            HostId host = idOf(recorded.stream());
            HostEntry before = entries.get(host);
            Occurrence at = shared(recorded, before);
            HostState state = before == null ? HostState.EMPTY : before.state();
            Instant report = before == null ? null : before.lastReportAt();
            entries.put(
                    host,
                    new HostEntry(
                            host,
                            state.evolve(at, shared(change)),
                            before == null ? at : before.enrolled(),
                            at,
                            at.by().isAgentOf(host) ? at.at() : report));
            if (before == null) {
                sorted.add(host);
            }
        }
    }

    /** The host of a stream of a host's. */
    public HostId idOf(StreamId stream) {
        return ids.computeIfAbsent(stream, added -> new HostId(added.name()));
    }

    /** A report has the correlation id of what it is about, which often was the host's last event. */
    private Occurrence shared(RecordedEvent recorded, @Nullable HostEntry before) {
        CorrelationId correlation = recorded.correlation();
        return new Occurrence(
                recorded.position(),
                recorded.recordedAt(),
                people.of(recorded.principal()),
                before != null && before.last().correlation().equals(correlation)
                        ? before.last().correlation()
                        : correlation);
    }

    /** What a state keeps of an event is shared with the others that keep the same. */
    private HostEvent shared(HostEvent event) {
        if (event instanceof InstallRequested request) {
            return new InstallRequested(closures.shared(request.roots(), roots::of));
        }
        if (event instanceof RollbackRequested request) {
            return new RollbackRequested(closures.shared(request.roots(), roots::of));
        }
        if (event instanceof InstallationSucceeded success) {
            return new InstallationSucceeded(
                    success.request(), outcomes(success.roots()), success.generation(), success.milliseconds());
        }
        if (event instanceof RollbackCompleted success) {
            return new RollbackCompleted(success.request(), outcomes(success.roots()), success.generation());
        }
        return event;
    }

    private List<RootOutcome> outcomes(List<RootOutcome> outcomes) {
        return outcomes.stream()
                .map(outcome -> new RootOutcome(
                        roots.of(outcome.root()),
                        outcome.requested(),
                        outcome.closure(),
                        layers.of(outcome.configured())))
                .toList();
    }

    /** Null if no such host was ever enrolled. */
    public @Nullable HostEntry find(HostId host) {
        return entries.get(host);
    }

    /** False for a host that was never enrolled, and for none. */
    public boolean isRetired(@Nullable HostId host) {
        HostEntry entry = host == null ? null : entries.get(host);
        return entry != null && entry.state().retirement() != null;
    }

    /** All hosts by id, retired ones too. */
    public Collection<HostEntry> all() {
        List<HostEntry> all = new ArrayList<>();
        for (HostId host : sorted) {
            all.add(Objects.requireNonNull(entries.get(host)));
        }
        return Collections.unmodifiableList(all);
    }

    /** What people call it; not unique. */
    public static String nameOf(HostEntry entry) {
        HostEnrolled enrolment = entry.state().enrolment();
        return enrolment == null ? entry.host().text() : enrolment.name();
    }
}

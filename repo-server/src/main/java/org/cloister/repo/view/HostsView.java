package org.cloister.repo.view;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;

/** Every host that was ever enrolled. */
public final class HostsView implements View {
    private final ClosuresView closures;
    private final ConcurrentNavigableMap<HostId, HostEntry> entries = new ConcurrentSkipListMap<>();

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
            HostId host = new HostId(recorded.stream().name());
            HostEntry before = entries.get(host);
            Occurrence at = Occurrence.of(recorded);
            HostState state = before == null ? HostState.EMPTY : before.state();
            Instant report = before == null ? null : before.lastReportAt();
            entries.put(
                    host,
                    new HostEntry(
                            host,
                            state.evolve(at, shared(change)),
                            before == null ? at : before.enrolled(),
                            at,
                            at.by().equals(Principal.ofAgent(host)) ? at.at() : report));
        }
    }

    private HostEvent shared(HostEvent event) {
        if (event instanceof InstallRequested request) {
            return new InstallRequested(closures.shared(request.roots()));
        }
        if (event instanceof RollbackRequested request) {
            return new RollbackRequested(closures.shared(request.roots()));
        }
        return event;
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
        return Collections.unmodifiableCollection(entries.values());
    }

    /** What people call it; not unique. */
    public static String nameOf(HostEntry entry) {
        HostEnrolled enrolment = entry.state().enrolment();
        return enrolment == null ? entry.host().text() : enrolment.name();
    }
}

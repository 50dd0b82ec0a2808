package org.cloister.repo.audit;

import java.util.List;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostId;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootStatus;

/**
 * A host at a moment, exact: from its events up to then and nothing else.
 *
 * @param guests that ran, the oldest first
 * @param last its last event up to then
 */
public record HostSnapshot(HostId host, HostState state, List<Guest> guests, Occurrence last) {
    public HostSnapshot {
        guests = List.copyOf(guests);
    }

    /** A guest that was started and not stopped. */
    public record Guest(GuestStarted started, Occurrence since) {}

    /** Its roots with their closures, who asked for them, when, and what was reported. */
    public List<RootStatus> roots() {
        return RootStatus.of(state);
    }

    /** What people called it. */
    public String name() {
        return state.enrolment() == null ? host.text() : state.enrolment().name();
    }
}

package org.cloister.repo.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.repo.audit.HostSnapshot.Guest;
import org.cloister.repo.decide.Occurrence;

/**
 * The guests of a host that were started and not stopped, in the order in which they were; of more than {@value #MAX_GUESTS} the last. Not
 * thread-safe.
 */
final class RunningGuests {
    /** More than a host can run: the ends of the oldest were never reported. */
    static final int MAX_GUESTS = 1_000;

    private final Map<GuestId, Guest> running = new LinkedHashMap<>();

    RunningGuests(List<Guest> before) {
        before.forEach(guest -> running.put(guest.started().guest(), guest));
    }

    void apply(Occurrence at, HostEvent event) {
        if (event instanceof GuestStarted started) {
            running.put(started.guest(), new Guest(started, at));
            if (running.size() > MAX_GUESTS) {
                running.remove(running.keySet().iterator().next());
            }
        } else if (event instanceof GuestStopped stopped) {
            running.remove(stopped.guest());
        }
    }

    List<Guest> all() {
        return List.copyOf(running.values());
    }
}

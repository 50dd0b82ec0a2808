package org.cloister.repo.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.GuestEvent;
import org.cloister.events.HostId;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.audit.HostSnapshot.Guest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.View;
import org.jspecify.annotations.Nullable;

/**
 * Hosts as they were now and then, so that a question about a moment needs few events after one of these instead of all before:
 * at most {@value #INTERVAL}, or a {@value #FEWEST}nd of the host's events where these are more. States share what is the same in them.
 */
public final class HostCheckpoints implements View {
    /** Events of a host between two checkpoints, as long as it hasn't many. */
    static final int INTERVAL = 256;

    /** Checkpoints of a host that are kept at least, once it has had as many. */
    static final int FEWEST = 32;

    private final HostsView hosts;
    private final int first;
    private final int fewest;
    private final Map<HostId, Kept> kept = new ConcurrentHashMap<>();

    /**
     * A host after one of its events.
     *
     * @param version of the host's stream: how many events it had
     * @param last the event
     */
    record Checkpoint(long version, HostState state, List<Guest> guests, Occurrence last) {}

    /** One host's. The projection's thread writes. */
    private final class Kept {
        private final RunningGuests guests = new RunningGuests(List.of());
        private List<Guest> running = List.of();
        private int interval = first;
        private volatile List<Checkpoint> some = List.of();
        private volatile @Nullable Checkpoint newest;

        void add(long version, HostEvent event, HostsView.HostEntry entry) {
            Occurrence at = entry.last();
            if (event instanceof GuestEvent) {
                guests.apply(at, event);
                running = guests.all();
            }
            Checkpoint now = new Checkpoint(version, entry.state(), running, at);
            newest = now;
            if (version % interval == 0) {
                keep(now);
            }
        }

        private void keep(Checkpoint now) {
            List<Checkpoint> more = new ArrayList<>(some);
            more.add(now);
            if (more.size() == 2 * fewest) {
                interval *= 2;
                more.removeIf(one -> one.version() % interval != 0);
            }
            some = List.copyOf(more);
        }

        @Nullable
        Checkpoint at(Moment moment) {
            Checkpoint last = newest;
            if (last != null && includes(moment, last)) {
                return last;
            }
            List<Checkpoint> all = some;
            int low = 0;
            int high = all.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (includes(moment, all.get(middle))) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low == 0 ? null : all.get(low - 1);
        }

        private boolean includes(Moment moment, Checkpoint checkpoint) {
            return moment.includes(
                    checkpoint.last().position(), checkpoint.last().at());
        }
    }

    /** @param hosts is fed before this one */
    public HostCheckpoints(HostsView hosts) {
        this(hosts, INTERVAL, FEWEST);
    }

    HostCheckpoints(HostsView hosts, int interval, int fewest) {
        this.hosts = hosts;
        this.first = interval;
        this.fewest = fewest;
    }

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof HostEvent change) {
            HostId host = hosts.idOf(recorded.stream());
            HostsView.HostEntry entry = hosts.find(host);
            if (entry != null) {
                kept.computeIfAbsent(host, added -> new Kept()).add(recorded.version(), change, entry);
            }
        }
    }

    /** The last one that {@code moment} includes; null if the host had none then. */
    @Nullable
    Checkpoint find(HostId host, Moment moment) {
        Kept ofHost = kept.get(host);
        return ofHost == null ? null : ofHost.at(moment);
    }
}

package org.cloister.repo.console;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.HostId;
import org.cloister.repo.audit.HostCondition;
import org.cloister.repo.console.model.HostRow;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.view.HostsView.HostEntry;
import org.cloister.repo.view.Views;

/** Hosts as the fleet shows them. What is computed of a host is kept until it has another event. Thread-safe. */
final class HostRows {
    private final Views views;
    private final EventStore store;
    /** One for each host that there is. */
    private final Map<HostId, Known> known = new ConcurrentHashMap<>();

    private record Known(HostState state, HostCondition condition) {}

    HostRows(Views views, EventStore store) {
        this.views = views;
        this.store = store;
    }

    /** Of all hosts that were ever enrolled. */
    List<HostRow> all(Instant now) {
        return views.hosts().all().stream().map(entry -> row(entry, now)).toList();
    }

    HostRow row(HostEntry entry, Instant now) {
        return HostRow.of(entry, condition(entry), store.head(), now);
    }

    private HostCondition condition(HostEntry entry) {
        Known before = known.get(entry.host());
        if (before != null && before.state() == entry.state()) {
            return before.condition();
        }
        HostCondition condition = HostCondition.of(entry.state());
        known.put(entry.host(), new Known(entry.state(), condition));
        return condition;
    }
}

package org.cloister.agent.supervise;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.service.Condition;
import org.cloister.agent.service.Input;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.service.StartOrder;
import org.cloister.agent.state.ServiceRow.Wish;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;

/**
 * What is to be started and stopped, each after those that it has to wait for (systemd.unit(5), {@code Requires=}, {@code After=} and the like).
 * Of the supervisor's thread only.
 */
final class ServiceOrders {
    private final ServiceTable table;
    private final ServiceRunner runner;
    private final ServicePlaces places;

    ServiceOrders(ServiceTable table, ServiceRunner runner, ServicePlaces places) {
        this.table = table;
        this.runner = runner;
        this.places = places;
    }

    /** Gives the orders that nothing stands in the way of any more. */
    void proceed() {
        boolean moved = true;
        while (moved) {
            moved = false;
            for (Supervised service : table.all()) {
                moved |= continueStart(service) | continueStop(service);
            }
        }
    }

    void startAll(LinkedRoot root, Collection<ServiceName> names, boolean again) throws IOException {
        RootName name = root.target().root();
        Map<ServiceName, ServiceUnit> all = table.unitsOf(root, names);
        StartOrder.starts(all, names).forEach((service, before) -> {
            Supervised one = table.supervised(root, service, all);
            boolean asked = names.contains(service);
            if (asked || !one.state.phase().isUp()) {
                for (ServiceName enemy : one.unit.relations().conflicts()) {
                    Supervised other = table.get(name, enemy);
                    if (other != null && !other.state.phase().isSettledDown()) {
                        stop(other, Set.of(), "it conflicts with " + service);
                    }
                }
                wish(one, Wish.UP);
                one.stop = null;
                one.start = new Supervised.Waiting(before, "", again && asked);
            }
        });
    }

    void stopAll(LinkedRoot root, Collection<ServiceName> names, String why) throws IOException {
        Map<ServiceName, ServiceUnit> all = table.unitsOf(root, names);
        StartOrder.stops(all, names).forEach((service, before) -> {
            Supervised one = table.get(root.target().root(), service);
            if (one != null) {
                wish(one, Wish.DOWN);
                stop(one, before, why);
            }
        });
    }

    void stop(Supervised service, Set<ServiceName> before, String why) {
        service.start = null;
        service.stop = new Supervised.Waiting(before, why, false);
    }

    private void wish(Supervised service, Wish wish) {
        service.row = service.row.withWish(wish);
        runner.save(service, List.of());
    }

    private boolean continueStart(Supervised service) {
        Supervised.Waiting start = service.start;
        if (start == null) {
            return false;
        }
        for (ServiceName other : start.others()) {
            Supervised first = table.get(service.root, other);
            boolean coming = first != null
                    && (first.start != null
                            || (first.state.phase().isStarting() && first.state.phase() != Phase.PAUSE));
            if (coming) {
                return false;
            }
            boolean needed = service.unit.relations().requires().contains(other)
                    || service.unit.relations().bindsTo().contains(other);
            if (needed && first != null && first.state.phase() == Phase.FAILED) {
                service.start = null;
                runner.apply(service, new Input.Refused("it requires " + other + ", which failed"));
                return true;
            }
        }
        service.start = null;
        for (ServiceName other : service.unit.relations().requisite()) {
            Supervised first = table.get(service.root, other);
            if (first == null || !first.state.phase().isUp()) {
                runner.apply(service, new Input.Refused(other + ", which Requisite= names, isn't up"));
                return true;
            }
        }
        runner.apply(service, start(service, start.again()));
        return true;
    }

    private Input start(Supervised service, boolean again) {
        try {
            Optional<Condition> unmet = new PathConditions(places.view(service.root))
                    .unmet(service.unit.relations().conditions());
            if (unmet.isEmpty()) {
                return again ? new Input.Restart() : new Input.Start();
            }
            String reason = unmet.get().text() + " isn't met";
            return unmet.get().assertion() ? new Input.Refused(reason) : new Input.Skipped(reason);
        } catch (IOException e) {
            return new Input.Refused("its conditions can't be looked at: " + e.getMessage());
        }
    }

    private boolean continueStop(Supervised service) {
        Supervised.Waiting stop = service.stop;
        if (stop == null) {
            return false;
        }
        boolean wait = stop.others().stream()
                .map(other -> table.get(service.root, other))
                .anyMatch(other -> other != null && !other.state.phase().isSettledDown());
        if (wait) {
            return false;
        }
        service.stop = null;
        runner.apply(service, new Input.Stop(stop.why()));
        return true;
    }

    /** And those that are up and would be stopped with them. */
    Set<ServiceName> withDependents(LinkedRoot root, List<ServiceName> names) throws IOException {
        Set<ServiceName> all = new TreeSet<>(names);
        for (ServiceName name :
                StartOrder.stops(table.unitsOf(root, names), names).keySet()) {
            Supervised service = table.get(root.target().root(), name);
            if (service != null && service.state.phase().isUp()) {
                all.add(name);
            }
        }
        return all;
    }

    /** Those of its root that come up after it. */
    Set<ServiceName> after(Supervised service) {
        Map<ServiceName, ServiceUnit> all = new TreeMap<>();
        for (Supervised other : table.all()) {
            if (other.root.equals(service.root)) {
                all.put(other.name, other.unit);
            }
        }
        return StartOrder.stops(all, all.keySet()).getOrDefault(service.name, Set.of());
    }
}

package org.cloister.agent.supervise;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.state.ServiceRow;
import org.cloister.agent.state.ServiceRow.Wish;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of services when roots come, go and change, when the host's events decide about them, and when another agent goes before
 * this one. Of the supervisor's thread only.
 */
final class RootFollower {
    private static final Logger LOG = LoggerFactory.getLogger(RootFollower.class);

    private final ServiceTable table;
    private final ServiceOrders orders;
    private final ServiceRunner runner;
    private final ServicePlaces places;
    private final ServiceReports reports;
    private final Situation situation;
    private final String boot;
    /** Roots as their services were looked at. */
    private final Map<RootName, LinkedRoot> known = new HashMap<>();
    /** Started because the host's events say so, not somebody here. */
    private final Set<ServiceKey> byEvents = new TreeSet<>();

    /** @param boot of this start of the machine */
    RootFollower(
            ServiceTable table,
            ServiceOrders orders,
            ServiceRunner runner,
            ServicePlaces places,
            ServiceReports reports,
            Situation situation,
            String boot) {
        this.table = table;
        this.orders = orders;
        this.runner = runner;
        this.places = places;
        this.reports = reports;
        this.situation = situation;
        this.boot = boot;
    }

    /** Of an earlier agent; what was up goes on, or is started again. */
    void takeOver(HostImage image) {
        for (Map.Entry<ServiceKey, ServiceRow> entry : table.rows().entrySet()) {
            LinkedRoot root = image.roots().get(entry.getKey().root());
            if (root != null) {
                try {
                    takeOver(root, entry.getValue());
                } catch (IOException e) {
                    LOG.error(
                            "service {} of {}: {}",
                            entry.getKey().name(),
                            entry.getKey().root(),
                            e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void takeOver(LinkedRoot root, ServiceRow row) throws IOException, InterruptedException {
        Map<ServiceName, ServiceUnit> all = table.unitsOf(root, List.of(row.name()));
        if (!all.containsKey(row.name())) {
            return;
        }
        Supervised service = table.supervised(root, row.name(), all);
        Phase phase = phase(row);
        boolean same = boot.equals(row.boot());
        if (same && phase.isUp() && runner.sandboxes().adopt(service, phase == Phase.RELOAD ? Phase.UP : phase)) {
            LOG.info("service {} of {} goes on", row.name(), row.root());
            return;
        }
        if (same) {
            runner.sandboxes().leaveBehind(places.directory(row.root(), row.name()));
        }
        if (!phase.isSettledDown()) {
            String detail = same ? "the agent was killed while it came up or went down" : "the machine went down";
            String lost = same && phase.isUp() ? "its processes are gone" : detail;
            boolean again = (same && row.wish() == Wish.UP) || table.isEnabled(service);
            runner.save(
                    service, List.of(new ServiceExited(row.root(), row.name(), ServiceResult.RESOURCES, lost, again)));
        }
        if (same && row.wish() == Wish.UP) {
            orders.startAll(root, List.of(row.name()), false);
        }
    }

    private static Phase phase(ServiceRow row) {
        return Stream.of(Phase.values())
                .filter(one -> one.name().equals(row.phase()))
                .findFirst()
                .orElse(Phase.DOWN);
    }

    /** These roots are mounted. */
    void look(HostImage now) {
        known.keySet().retainAll(now.roots().keySet());
        Set<ServiceKey> keys = table.keys();
        keys.removeIf(key -> now.roots().containsKey(key.root()));
        keys.forEach(this::removed);
        for (LinkedRoot root : now.roots().values()) {
            RootName name = root.target().root();
            LinkedRoot before = known.put(name, root);
            try {
                if (before == null) {
                    startEnabled(root);
                } else if (!before.equals(root)) {
                    restartAll(root);
                }
                followEvents(root);
            } catch (IOException e) {
                LOG.warn("services of {}: {}", name, e.getMessage());
                known.remove(name);
            }
        }
    }

    /** All that are enabled, but for those that somebody stopped since the machine is up, and those that go on. */
    private void startEnabled(LinkedRoot root) throws IOException {
        List<ServiceName> names = new ArrayList<>();
        for (Map.Entry<ServiceKey, ServiceRow> entry : table.rows().entrySet()) {
            ServiceRow row = entry.getValue();
            boolean stopped = boot.equals(row.boot()) && row.wish() == Wish.DOWN;
            if (entry.getKey().root().equals(root.target().root())
                    && Boolean.TRUE.equals(row.enabled())
                    && !stopped
                    && !goesOn(entry.getKey())) {
                names.add(row.name());
            }
        }
        if (!names.isEmpty()) {
            orders.startAll(root, names, false);
        }
    }

    /** Up, or on its way by itself. */
    private boolean goesOn(ServiceKey key) {
        Supervised service = table.get(key.root(), key.name());
        return service != null
                && service.state.wanted()
                && !service.state.phase().isSettledDown();
    }

    /** An empty agent replays what was decided before it. */
    private void followEvents(LinkedRoot root) throws IOException {
        RootName name = root.target().root();
        for (ServiceName service : situation.image().services().getOrDefault(name, Collections.emptySortedSet())) {
            ServiceKey key = new ServiceKey(name, service);
            if (!table.keys().contains(key) && byEvents.add(key)) {
                orders.startAll(root, List.of(service), false);
            }
        }
        for (ServiceKey key : Set.copyOf(byEvents)) {
            if (key.root().equals(name) && !situation.image().isEnabled(name, key.name())) {
                byEvents.remove(key);
                Supervised one = table.get(key.root(), key.name());
                if (one != null && one.row.enabled() == null) {
                    orders.stopAll(root, List.of(key.name()), "it is enabled no longer");
                }
            }
        }
    }

    /** Its root is gone: it is stopped, and then nothing of it is known any more. */
    private void removed(ServiceKey key) {
        Supervised service = table.get(key.root(), key.name());
        if (service != null && (!service.state.phase().isSettledDown() || service.sandbox != null)) {
            if (service.stop == null && service.state.phase() != Phase.CLOSING) {
                orders.stop(service, Set.of(), "its root was removed");
            }
            return;
        }
        boolean enabled = table.isEnabled(key);
        try {
            reports.forget(
                    key.root(),
                    key.name(),
                    enabled ? List.of(new ServiceDisabled(key.root(), key.name(), "its root was removed")) : List.of());
            table.forget(key);
            byEvents.remove(key);
        } catch (IOException e) {
            LOG.error("service {} of {}: {}", key.name(), key.root(), e.getMessage());
        }
    }

    /** Their programs have changed below them. */
    private void restartAll(LinkedRoot root) throws IOException {
        List<ServiceName> names = new ArrayList<>();
        Map<ServiceName, ServiceUnit> all = table.unitsOf(root, List.of());
        for (Supervised service : table.all()) {
            boolean there = service.root.equals(root.target().root()) && !service.linked.equals(root);
            if (there && (service.state.phase().isUp() || service.state.phase().isStarting())) {
                if (all.containsKey(service.name) || !service.name.instance().isEmpty()) {
                    names.add(service.name);
                } else {
                    orders.stop(service, Set.of(), "its package no longer ships it");
                }
            }
        }
        for (ServiceName name : names) {
            Supervised service = table.get(root.target().root(), name);
            if (service != null) {
                service.linked = root;
                service.unit = Objects.requireNonNull(
                        table.unitsOf(root, List.of(name)).getOrDefault(name, service.unit));
                service.start = new Supervised.Waiting(Set.of(), "", true);
            }
        }
    }
}

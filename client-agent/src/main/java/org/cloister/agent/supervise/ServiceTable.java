package org.cloister.agent.supervise;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.agent.control.ServiceView;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.service.ServiceState;
import org.cloister.agent.service.ServiceState.Phase;
import org.cloister.agent.service.ServiceUnit;
import org.cloister.agent.state.ServiceRow;
import org.cloister.agent.supervise.RootUnits.Found;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;

/** The services of all roots, those that only their units or their record tell of included. Of the supervisor's thread only. */
final class ServiceTable {
    private final RootUnits units;
    private final Situation situation;
    private final RootEntrances entrances;
    private final SortedMap<ServiceKey, Supervised> services = new TreeMap<>();
    private final Map<ServiceKey, ServiceRow> rows = new HashMap<>();

    ServiceTable(RootUnits units, Situation situation, RootEntrances entrances) {
        this.entrances = entrances;
        this.units = units;
        this.situation = situation;
    }

    /** What an earlier agent left. */
    void restore(ServiceRow row) {
        rows.put(new ServiceKey(row.root(), row.name()), row);
    }

    /** As it is durable now. */
    void kept(Supervised service) {
        restore(service.row);
    }

    void forget(ServiceKey key) {
        rows.remove(key);
        services.remove(key);
    }

    @Nullable
    Supervised get(RootName root, ServiceName name) {
        return services.get(new ServiceKey(root, name));
    }

    /** At this moment. */
    List<Supervised> all() {
        return List.copyOf(services.values());
    }

    Map<ServiceKey, ServiceRow> rows() {
        return Collections.unmodifiableMap(rows);
    }

    /** Of all that is known, whether it runs or was only heard of. */
    Set<ServiceKey> keys() {
        Set<ServiceKey> keys = new TreeSet<>(rows.keySet());
        keys.addAll(services.keySet());
        return keys;
    }

    /** Another of its root has a sandbox, or is about to. */
    boolean hasNeighbours(Supervised service) {
        return services.values().stream()
                .anyMatch(one -> one != service
                        && one.root.equals(service.root)
                        && (one.sandbox != null || one.state.phase() == Phase.OPENING));
    }

    /** What an agent of this machine decided, or else what is on record. */
    boolean isEnabled(Supervised service) {
        Boolean here = service.row.enabled();
        return here != null ? here : situation.image().isEnabled(service.root, service.name);
    }

    boolean isEnabled(ServiceKey key) {
        Supervised service = services.get(key);
        ServiceRow row = service == null ? rows.get(key) : service.row;
        Boolean decided = row == null ? null : row.enabled();
        return decided != null ? decided : situation.image().isEnabled(key.root(), key.name());
    }

    /** That a root can start: those that are neither masked nor templates, and instances among {@code names}. */
    Map<ServiceName, ServiceUnit> unitsOf(LinkedRoot root, Collection<ServiceName> names) throws IOException {
        Map<ServiceName, ServiceUnit> all = new TreeMap<>();
        RootUnits.All here = units.of(root);
        here.services().forEach((name, found) -> {
            if (!found.masked() && !name.isTemplate()) {
                all.put(name, found.unit());
            }
        });
        for (ServiceName name : names) {
            if (!all.containsKey(name) && !name.instance().isEmpty()) {
                Found instance = units.withInstance(root, name).services().get(name);
                if (instance != null) {
                    all.put(name, instance.unit());
                }
            }
        }
        return all;
    }

    /** That service of the root, known from now on. */
    Supervised supervised(LinkedRoot root, ServiceName name, Map<ServiceName, ServiceUnit> all) {
        ServiceUnit unit = Objects.requireNonNull(all.get(name));
        ServiceKey key = new ServiceKey(root.target().root(), name);
        Supervised service = services.computeIfAbsent(
                key,
                missing -> new Supervised(
                        key.root(), name, unit, root, rows.getOrDefault(key, ServiceRow.unknown(key.root(), name))));
        if (service.state.phase().isSettledDown()) {
            service.unit = unit;
            service.linked = root;
        }
        return service;
    }

    /** As people see them, by name. */
    List<ServiceView> views(LinkedRoot root) throws IOException {
        RootName name = root.target().root();
        Isolation isolation = entrances.isolation(name);
        RootUnits.All all = units.of(root);
        SortedMap<ServiceName, ServiceView> views = new TreeMap<>();
        all.services().forEach((service, found) -> views.put(service, view(name, service, found, isolation)));
        for (Supervised one : services.values()) {
            if (one.root.equals(name) && !views.containsKey(one.name)) {
                Found template = all.services().get(new ServiceName(one.name.prefix() + "@"));
                String file = template == null ? "" : template.file();
                String from = template == null ? "" : template.from();
                views.put(one.name, view(name, one.name, new Found(one.unit, file, from, true, false), isolation));
            }
        }
        return List.copyOf(views.values());
    }

    private ServiceView view(RootName root, ServiceName name, Found found, Isolation isolation) {
        Supervised service = services.get(new ServiceKey(root, name));
        ServiceRow row = rows.getOrDefault(new ServiceKey(root, name), ServiceRow.unknown(root, name));
        ServiceRow last = service == null ? row : service.row;
        ServiceState state = service == null ? ServiceState.NEW : service.state;
        Boolean enabled = last.enabled();
        boolean pending = service != null && (service.start != null || service.stop != null);
        ServiceUnit unit = found.unit();
        return new ServiceView(
                root,
                name,
                unit.description(),
                unit.isInitScript() ? "init script" : name.isTemplate() ? "template" : "unit",
                found.file(),
                found.from(),
                found.own(),
                found.masked(),
                enabled != null ? enabled : situation.image().isEnabled(root, name),
                unit.relations().installable(),
                state.phase().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                state.phase().isUp(),
                !pending
                        && (state.phase().isUp() || state.phase().isSettledDown() || state.phase() == Phase.PAUSE)
                        && state.phase() != Phase.RELOAD,
                state.detail(),
                state.told(),
                Math.max(state.main(), 0),
                service == null || service.upSince == 0 ? null : Instant.ofEpochSecond(service.upSince),
                state.restarts(),
                isolation,
                unit.notes().unsupported(),
                unit.notes().hardening());
    }
}

package org.cloister.agent.image;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Isolation;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.layer.Generation;
import org.jspecify.annotations.Nullable;

/**
 * What a host has and what was asked of it, as its events tell. A request changes nothing until its outcome is known; so
 * a host that replays what it once did comes to the same roots, and one that carries a request out itself gets there by
 * applying its own outcome. An outcome of a request that isn't pending is nothing new. Immutable.
 *
 * @param roots the roots that the host has
 * @param pending requests without an outcome, in their order
 * @param services those that are started by themselves, by their root
 * @param inGuests those whose services run in guests
 * @param claims what each root's package binds, by the root and the port inside
 * @param devices the hardware and who may use it
 * @param settled by which request each root came to be as it is, or to be gone: what an earlier request says of it later is void
 */
public record HostImage(
        SortedMap<RootName, LinkedRoot> roots,
        SortedMap<Position, PendingRequest> pending,
        SortedMap<RootName, Position> settled,
        SortedMap<RootName, SortedMap<Port, PortClaim>> claims,
        SortedMap<RootName, SortedSet<ServiceName>> services,
        SortedSet<RootName> inGuests,
        DeviceBook devices,
        boolean retired) {
    public static final HostImage EMPTY = new HostImage(
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeMap<>(),
            new TreeSet<>(),
            DeviceBook.EMPTY,
            false);

    public HostImage {
        roots = Collections.unmodifiableSortedMap(roots);
        pending = Collections.unmodifiableSortedMap(pending);
        settled = Collections.unmodifiableSortedMap(settled);
        claims = Collections.unmodifiableSortedMap(claims);
        services = Collections.unmodifiableSortedMap(services);
        inGuests = Collections.unmodifiableSortedSet(inGuests);
    }

    /** Never refuses: the event is a fact. {@code position} is where it stands in the log. */
    public HostDelta evolve(Position position, HostEvent event) {
        return event.match(new Evolution(this, position));
    }

    /** The set of roots at {@code position}. */
    public Generation generation(Position position) {
        return new Generation(
                position,
                roots.values().stream().map(LinkedRoot::generationRoot).toList());
    }

    /** The request that comes first, or null. */
    public @Nullable PendingRequest next() {
        return pending.isEmpty() ? null : pending.get(pending.firstKey());
    }

    HostDelta open(PendingRequest request) {
        SortedMap<Position, PendingRequest> requests = new TreeMap<>(pending);
        requests.put(request.position(), request);
        return HostDelta.opened(
                new HostImage(roots, requests, settled, claims, services, inGuests, devices, retired), request);
    }

    HostDelta fail(Position request) {
        return HostDelta.nothing(without(request));
    }

    HostDelta link(Position request, List<RootTarget> targets, List<RootOutcome> outcomes) {
        SortedMap<RootName, LinkedRoot> linked = new TreeMap<>(roots);
        Map<RootName, Optional<LinkedRoot>> changed = new HashMap<>();
        SortedMap<RootName, Position> settledNow = new TreeMap<>(settled);
        for (RootOutcome outcome : outcomes) {
            for (RootTarget target : targets) {
                if (target.root().equals(outcome.root()) && settles(request, target.root())) {
                    settledNow.put(target.root(), request);
                    LinkedRoot root = new LinkedRoot(target, outcome.configured());
                    linked.put(target.root(), root);
                    changed.put(target.root(), Optional.of(root));
                }
            }
        }
        return new HostDelta(
                new HostImage(
                        linked, without(request).pending, settledNow, claims, services, inGuests, devices, retired),
                null,
                changed);
    }

    HostDelta unlink(Position request, List<RootName> names) {
        SortedMap<RootName, LinkedRoot> linked = new TreeMap<>(roots);
        Map<RootName, Optional<LinkedRoot>> changed = new HashMap<>();
        SortedMap<RootName, Position> settledNow = new TreeMap<>(settled);
        for (RootName name : names) {
            if (!settles(request, name)) {
                continue;
            }
            settledNow.put(name, request);
            if (linked.remove(name) != null) {
                changed.put(name, Optional.empty());
            }
        }
        return new HostDelta(
                new HostImage(
                        linked, without(request).pending, settledNow, claims, services, inGuests, devices, retired),
                null,
                changed);
    }

    /** The claims of a root, by the port inside; none for a root that binds nothing. */
    public SortedMap<Port, PortClaim> claims(RootName root) {
        return claims.getOrDefault(root, Collections.emptySortedMap());
    }

    HostDelta claimed(PortClaim claim) {
        SortedMap<Port, PortClaim> ofRoot = new TreeMap<>(claims(claim.root()));
        ofRoot.put(claim.inside(), claim);
        return withClaims(claim.root(), ofRoot);
    }

    HostDelta unclaimed(RootName root, Port inside) {
        SortedMap<Port, PortClaim> ofRoot = new TreeMap<>(claims(root));
        ofRoot.remove(inside);
        return withClaims(root, ofRoot);
    }

    private HostDelta withClaims(RootName root, SortedMap<Port, PortClaim> ofRoot) {
        SortedMap<RootName, SortedMap<Port, PortClaim>> all = new TreeMap<>(claims);
        if (ofRoot.isEmpty()) {
            all.remove(root);
        } else {
            all.put(root, Collections.unmodifiableSortedMap(ofRoot));
        }
        return HostDelta.nothing(new HostImage(roots, pending, settled, all, services, inGuests, devices, retired));
    }

    /** Whether the service is started by itself. */
    public boolean isEnabled(RootName root, ServiceName service) {
        return services.getOrDefault(root, Collections.emptySortedSet()).contains(service);
    }

    HostDelta enabled(RootName root, ServiceName service) {
        SortedSet<ServiceName> ofRoot = new TreeSet<>(services.getOrDefault(root, Collections.emptySortedSet()));
        ofRoot.add(service);
        return withServices(root, ofRoot);
    }

    HostDelta disabled(RootName root, ServiceName service) {
        SortedSet<ServiceName> ofRoot = new TreeSet<>(services.getOrDefault(root, Collections.emptySortedSet()));
        ofRoot.remove(service);
        return withServices(root, ofRoot);
    }

    private HostDelta withServices(RootName root, SortedSet<ServiceName> ofRoot) {
        SortedMap<RootName, SortedSet<ServiceName>> all = new TreeMap<>(services);
        if (ofRoot.isEmpty()) {
            all.remove(root);
        } else {
            all.put(root, Collections.unmodifiableSortedSet(ofRoot));
        }
        return HostDelta.nothing(new HostImage(roots, pending, settled, claims, all, inGuests, devices, retired));
    }

    /** That of the root's services. */
    public Isolation isolation(RootName root) {
        return inGuests.contains(root) ? Isolation.GUEST : Isolation.CHROOT;
    }

    HostDelta isolated(RootName root, Isolation isolation) {
        SortedSet<RootName> all = new TreeSet<>(inGuests);
        if (isolation == Isolation.GUEST) {
            all.add(root);
        } else {
            all.remove(root);
        }
        return HostDelta.nothing(new HostImage(roots, pending, settled, claims, services, all, devices, retired));
    }

    HostDelta heard(DeviceEvent event) {
        return HostDelta.nothing(
                new HostImage(roots, pending, settled, claims, services, inGuests, devices.on(event), retired));
    }

    HostDelta retire() {
        return HostDelta.nothing(new HostImage(roots, pending, settled, claims, services, inGuests, devices, true));
    }

    private HostImage without(Position request) {
        SortedMap<Position, PendingRequest> rest = new TreeMap<>(pending);
        rest.remove(request);
        return new HostImage(roots, rest, settled, claims, services, inGuests, devices, retired);
    }

    private boolean settles(Position request, RootName root) {
        return !settled.getOrDefault(root, Position.NONE).isAfter(request);
    }
}

package org.cloister.repo.decide;

import org.cloister.events.HostEvent.ServiceCases;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What the services of a host were last reported to do. Immutable.
 *
 * @param inGuests roots whose services run in guests
 */
public record Services(PSortedMap<RootName, PSortedMap<ServiceName, Service>> byRoot, PSortedSet<RootName> inGuests) {
    public static final Services NONE = new Services(TreePMap.empty(), TreePSet.empty());

    /** More are not remembered: no root of any package has as many. */
    static final int MAX_PER_ROOT = 1_000;
    /** Nor these: a host names the roots in its reports itself. */
    static final int MAX_ROOTS = 10_000;

    /**
     * @param up whether it was last reported as started
     * @param exited how it was last down, or null
     * @param since of its last change
     */
    public record Service(
            RootName root,
            ServiceName name,
            boolean enabled,
            boolean up,
            @Nullable ServiceExited exited,
            Occurrence since) {}

    boolean isEnabled(RootName root, ServiceName name) {
        Service service = of(root).get(name);
        return service != null && service.enabled();
    }

    /** That of the root's services. */
    public Isolation isolation(RootName root) {
        return inGuests.contains(root) ? Isolation.GUEST : Isolation.CHROOT;
    }

    Services on(ServicesIsolated event) {
        if (event.isolation() == Isolation.CHROOT) {
            return new Services(byRoot, inGuests.minus(event.root()));
        }
        return inGuests.size() < MAX_ROOTS ? new Services(byRoot, inGuests.plus(event.root())) : this;
    }

    Services on(Occurrence at, ServiceEvent event) {
        return with(event.match(new After(of(event.root(), event.service(), at), at)));
    }

    /** What a service is after an event. */
    private record After(Service was, Occurrence at) implements ServiceCases<Service> {
        @Override
        public Service on(ServiceEnabled event) {
            return new Service(was.root(), was.name(), true, was.up(), was.exited(), at);
        }

        @Override
        public Service on(ServiceDisabled event) {
            return new Service(was.root(), was.name(), false, was.up(), was.exited(), at);
        }

        @Override
        public Service on(ServiceStarted event) {
            return new Service(was.root(), was.name(), was.enabled(), true, was.exited(), at);
        }

        @Override
        public Service on(ServiceExited event) {
            return new Service(was.root(), was.name(), was.enabled(), false, event, at);
        }
    }

    private Service of(RootName root, ServiceName name, Occurrence at) {
        Service was = of(root).get(name);
        return was == null ? new Service(root, name, false, false, null, at) : was;
    }

    private PSortedMap<ServiceName, Service> of(RootName root) {
        PSortedMap<ServiceName, Service> services = byRoot.get(root);
        return services == null ? TreePMap.empty() : services;
    }

    private Services with(Service service) {
        PSortedMap<ServiceName, Service> services = of(service.root());
        boolean room = services.isEmpty() ? byRoot.size() < MAX_ROOTS : services.size() < MAX_PER_ROOT;
        return services.containsKey(service.name()) || room
                ? new Services(byRoot.plus(service.root(), services.plus(service.name(), service)), inGuests)
                : this;
    }
}

package org.cloister.repo.decide;

import org.cloister.events.HostEvent.ServiceCases;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** What the services of a host were last reported to do. Immutable. */
public record Services(PSortedMap<RootName, PSortedMap<ServiceName, Service>> byRoot) {
    public static final Services NONE = new Services(TreePMap.empty());

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
                ? new Services(byRoot.plus(service.root(), services.plus(service.name(), service)))
                : this;
    }
}

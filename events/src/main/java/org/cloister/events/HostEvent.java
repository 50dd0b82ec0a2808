package org.cloister.events;

import java.util.List;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** What was asked of a host and what became of it ({@code host:<id>}). */
public sealed interface HostEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(HostEnrolled event);

        R on(HostRetired event);

        R on(InstallRequested event);

        R on(RemovalRequested event);

        R on(RollbackRequested event);

        R on(InstallationSucceeded event);

        R on(InstallationFailed event);

        R on(RemovalCompleted event);

        R on(RollbackCompleted event);

        R on(IntegrityViolated event);

        R on(IntegrityRestored event);

        R on(LogContradicted event);

        R on(DriftEvent event);

        R on(PortPolicyChanged event);

        R on(LeaseGranted event);

        R on(LeaseRefused event);

        R on(LeaseReleased event);

        R on(DeviceEvent event);

        R on(GuestEvent event);

        R on(ServiceEvent event);

        R on(ServicesIsolated event);
    }

    /** What became of a request. */
    sealed interface Outcome extends HostEvent {
        /** The position of the request. */
        Position request();
    }

    /**
     * The content of a root from now on, exact: nothing is resolved again.
     *
     * @param root its name below the mount
     * @param requested the package that it is for
     * @param recommends whether the closure was resolved with what packages recommend: so is the next one
     */
    record RootTarget(RootName root, PackageId requested, Closure closure, boolean recommends) {
        /** Without Recommends. */
        public RootTarget(RootName root, PackageId requested, Closure closure) {
            this(root, requested, closure, false);
        }
    }

    /**
     * What a root came to be.
     *
     * @param configured the configured layer that was linked on top of the closure's layers
     */
    record RootOutcome(RootName root, PackageId requested, ClosureId closure, LayerId configured) {}

    /**
     * A host may be spoken for by the holder of a key.
     *
     * @param name what people call it
     * @param publicKey Ed25519, X.509 SubjectPublicKeyInfo, base64
     */
    record HostEnrolled(HostId host, String name, String publicKey) implements HostEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The host is gone; it may no longer report. */
    record HostRetired(HostId host, String reason) implements HostEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The host shall have these roots, new or in place of the present ones of the same names (an upgrade). */
    record InstallRequested(List<RootTarget> roots) implements HostEvent {
        public InstallRequested {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The host shall no longer have these roots. */
    record RemovalRequested(List<RootName> roots) implements HostEvent {
        public RemovalRequested {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The host shall have what these roots were before their last change. */
    record RollbackRequested(List<RootTarget> roots) implements HostEvent {
        public RollbackRequested {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The request is carried out and durable on the host.
     *
     * @param request the position of the request
     * @param generation the digest of the generation that holds it
     * @param milliseconds from hearing of the request to the switch
     */
    record InstallationSucceeded(Position request, List<RootOutcome> roots, Digest generation, long milliseconds)
            implements Outcome {
        public InstallationSucceeded {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The request could not be carried out; the host stays as it was before it.
     *
     * @param step what was being done: fetch, configure, link, switch
     * @param reason what happened and what to do
     */
    record InstallationFailed(Position request, List<RootName> roots, String step, String reason) implements Outcome {
        public InstallationFailed {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The roots are gone from the host; their writable layers too where {@code writableKept} is false. */
    record RemovalCompleted(Position request, List<RootName> roots, Digest generation, boolean writableKept)
            implements Outcome {
        public RemovalCompleted {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The roots are as they were before. */
    record RollbackCompleted(Position request, List<RootOutcome> roots, Digest generation) implements Outcome {
        public RollbackCompleted {
            roots = List.copyOf(roots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * Stored content isn't what its digest says.
     *
     * @param root a root that uses it, or null for the store in general
     * @param path in that root, one of perhaps several
     * @param found what was wrong, in words; empty where that wasn't recorded
     */
    record IntegrityViolated(Digest object, @Nullable RootName root, String path, String found) implements HostEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The damaged content was fetched again and is right. */
    record IntegrityRestored(Digest object) implements HostEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The repository showed this host a log that doesn't continue what it showed before: it shrank, was forked or rewritten, or is
     * signed by another key. Whoever reads this in the log may be shown another one.
     *
     * @param kept the signed checkpoint that the host had
     * @param shown what came instead
     * @param reason what doesn't fit, a sentence
     */
    record LogContradicted(String kept, String shown, String reason) implements HostEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** Whether what is on the host's disk is what its events tell. The repository's judgement of the host's inventory. */
    sealed interface DriftEvent extends HostEvent {
        /** Up to which position the host had heard its events. */
        Position asOf();

        @Override
        default <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The disk isn't as the host's events tell, or not in the way that was last found.
     *
     * @param inventory the digest of the {@link org.cloister.events.layer.HostInventory} that the host signed
     * @param differences the first of them, by path
     * @param more how many others there are
     */
    record DriftFound(Position asOf, Digest inventory, List<Difference> differences, long more) implements DriftEvent {
        /** Named in one event; the host itself can tell them all. */
        public static final int MAX_DIFFERENCES = 200;

        public DriftFound {
            differences = List.copyOf(differences);
        }
    }

    /** The disk is as the host's events tell again. */
    record DriftEnded(Position asOf) implements DriftEvent {}

    /**
     * One thing that is another than it should be.
     *
     * @param path a root, a path in a root ({@code ROOT/usr/bin/x}), or an absolute path of the host
     * @param found what is the matter with it, a few words
     */
    record Difference(String path, String found) {}

    /** Where the broker knows from that a package wants a port. */
    enum PortSource {
        /** Read from what the package ships or what its configuration says. */
        SHIPPED,
        /** Somebody said so. */
        ASKED,
        /** It was seen to bind the port. */
        LEARNED
    }

    /** From now on the host leases ports by this. Leases stay, but for those of a root that gets a pin. */
    record PortPolicyChanged(PortPolicy policy) implements HostEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * What a package binds at {@code inside}, in its own network, is reached at the host's port {@code outside}.
     *
     * @param reason why this port of the host
     */
    record LeaseGranted(RootName root, Port inside, Port outside, PortSource source, String reason)
            implements HostEvent, OfRoot {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * No port of the host could be had for {@code inside}. The wish waits until one is free.
     *
     * @param wanted the port of the host that it would have had
     * @param holder who has that port; null if no root does
     */
    record LeaseRefused(
            RootName root,
            Port inside,
            Port wanted,
            PortSource source,
            @Nullable RootName holder,
            String reason) implements HostEvent, OfRoot {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The port is wanted no longer, or not where it was.
     *
     * @param outside the host's port that is free again; null for a wish that waited
     */
    record LeaseReleased(
            RootName root, Port inside, @Nullable Port outside, String reason) implements HostEvent, OfRoot {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** What happened to one root and to nothing else: a request, and the outcome of one, is of all the roots that it names. */
    interface OfRoot {
        RootName root();
    }

    /** The hardware of a host, and who may use it. */
    sealed interface DeviceEvent extends HostEvent {
        /** What it is about. */
        DeviceId device();

        <R> R match(DeviceCases<R> cases);

        @Override
        default <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    interface DeviceCases<R> {
        R on(DeviceAttached event);

        R on(DeviceDetached event);

        R on(DeviceGranted event);

        R on(DeviceRefused event);

        R on(DeviceReleased event);
    }

    /**
     * The device is there, or is known by another name or label from now on.
     *
     * @param label what it calls itself, for people
     * @param node its name in the host's {@code /dev}, such as {@code sr0}
     */
    record DeviceAttached(DeviceId device, DeviceKind kind, String label, String node) implements DeviceEvent {
        @Override
        public <R> R match(DeviceCases<R> cases) {
            return cases.on(this);
        }
    }

    /** The device is gone. Grants of it stay, for when it comes back. */
    record DeviceDetached(DeviceId device) implements DeviceEvent {
        @Override
        public <R> R match(DeviceCases<R> cases) {
            return cases.on(this);
        }
    }

    /** The root has the device in its {@code /dev}, as long as it is attached. */
    record DeviceGranted(RootName root, DeviceId device, DeviceKind kind) implements DeviceEvent, OfRoot {
        @Override
        public <R> R match(DeviceCases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The root doesn't get the device.
     *
     * @param holder who has it
     */
    record DeviceRefused(RootName root, DeviceId device, RootName holder, String reason)
            implements DeviceEvent, OfRoot {
        @Override
        public <R> R match(DeviceCases<R> cases) {
            return cases.on(this);
        }
    }

    /** The root has the device no longer. What it has open stays open. */
    record DeviceReleased(RootName root, DeviceId device, String reason) implements DeviceEvent, OfRoot {
        @Override
        public <R> R match(DeviceCases<R> cases) {
            return cases.on(this);
        }
    }

    /** Programs of a root that run in User-mode Linux guests. */
    sealed interface GuestEvent extends HostEvent, OfRoot {
        GuestId guest();

        @Override
        default <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * A program of the root runs in a User-mode Linux guest.
     *
     * @param memory of the guest, in MiB
     */
    record GuestStarted(RootName root, GuestId guest, int memory) implements GuestEvent {}

    /**
     * The guest is no more. One that never ran its program has no {@link GuestStarted}.
     *
     * @param reason why it ended or died, in words
     */
    record GuestStopped(RootName root, GuestId guest, String reason) implements GuestEvent {}

    /** What the packages of a root run in the background. */
    sealed interface ServiceEvent extends HostEvent, OfRoot {
        ServiceName service();

        <R> R match(ServiceCases<R> cases);

        @Override
        default <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    interface ServiceCases<R> {
        R on(ServiceEnabled event);

        R on(ServiceDisabled event);

        R on(ServiceStarted event);

        R on(ServiceExited event);
    }

    /** From now on the root's services run in this isolation; those that are up move. In a chroot before the first one. */
    record ServicesIsolated(RootName root, Isolation isolation) implements HostEvent, OfRoot {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** From now on the host starts the service whenever its agent starts, or its root comes to be. */
    record ServiceEnabled(RootName root, ServiceName service) implements ServiceEvent {
        @Override
        public <R> R match(ServiceCases<R> cases) {
            return cases.on(this);
        }
    }

    /** The host no longer starts the service by itself. One that runs goes on. */
    record ServiceDisabled(RootName root, ServiceName service, String reason) implements ServiceEvent {
        @Override
        public <R> R match(ServiceCases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The service is up, as its type defines it (systemd.service(5), {@code Type=}).
     *
     * @param restarts how often it was started again by itself since somebody wanted it
     */
    record ServiceStarted(RootName root, ServiceName service, int restarts) implements ServiceEvent {
        @Override
        public <R> R match(ServiceCases<R> cases) {
            return cases.on(this);
        }
    }

    /** Why a service is down (systemd.exec(5), {@code $SERVICE_RESULT}). */
    enum ServiceResult {
        /** It was stopped, or it ended by itself as it should. */
        SUCCESS,
        /** It ended with an exit status that isn't one of success. */
        EXIT_CODE,
        /** A signal ended it. */
        SIGNAL,
        /** It didn't start or stop in its time. */
        TIMEOUT,
        /** It ended without doing what its type demands. */
        PROTOCOL,
        /** A process of it could not be started. */
        RESOURCES,
        /** A service that it requires could not be started. */
        DEPENDENCY,
        /** It was started again too often. */
        START_LIMIT
    }

    /**
     * The service is down: it ended, was stopped, or could not be started.
     *
     * @param detail what happened, in words
     * @param again whether it is started again by itself
     */
    record ServiceExited(RootName root, ServiceName service, ServiceResult result, String detail, boolean again)
            implements ServiceEvent {
        @Override
        public <R> R match(ServiceCases<R> cases) {
            return cases.on(this);
        }
    }
}

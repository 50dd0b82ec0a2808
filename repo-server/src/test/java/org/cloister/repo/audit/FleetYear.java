package org.cloister.repo.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.CorrelationId;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.SettableClock;

/**
 * A year of a fleet, appended through a real sequencer: in each round every host is asked to have a newer content of one of its roots, and
 * reports that with eight other things that happen on a host. Closures have {@value #MEMBERS} packages, which get newer over the year.
 */
final class FleetYear {
    static final Instant BEGIN = Instant.parse("2025-01-01T00:00:00Z");
    static final Duration LENGTH = Duration.ofDays(365);
    static final int MEMBERS = 30;

    private static final int EVENTS_A_ROUND = 10;
    private static final int CLOSURES = 4_000;
    private static final int AT_A_TIME = 100;
    private static final int LIBRARIES = 2_000;
    private static final int ROOTS = 20;
    private static final int PEOPLE = 40;
    private static final int IN_FLIGHT = 512;
    private static final int FAILURES_IN = 30;

    private final Random random = new Random(20_26);
    private final List<PackagePublished> published = new ArrayList<>();
    private final List<Closure> closures = new ArrayList<>();
    private final List<ClosureId> ids = new ArrayList<>();
    private final EventStore store;
    private final SettableClock clock;
    private final int hosts;
    private final int rounds;
    private final long[] versions;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long commands;

    FleetYear(EventStore store, SettableClock clock, int hosts, int rounds) {
        this.store = store;
        this.clock = clock;
        this.hosts = hosts;
        this.rounds = rounds;
        this.versions = new long[hosts];
    }

    /** Rounds that give about as many events. */
    static int rounds(int hosts, long events) {
        return (int) Math.max(1, events / hosts / EVENTS_A_ROUND);
    }

    static HostId host(int number) {
        return new HostId("h-%016x".formatted(number));
    }

    static Principal person(int number) {
        return new Principal("person" + number % PEOPLE);
    }

    /** A package that a third of all closures have a version of. */
    static String library(int number) {
        return "lib" + number % (MEMBERS / 3);
    }

    /** What was asked of a host in a round. */
    static CorrelationId correlation(int round, int host) {
        return new CorrelationId("install-%08x-%08x".formatted(round, host));
    }

    void append() throws InterruptedException {
        clock.set(BEGIN);
        makeClosures();
        publish();
        for (int host = 0; host < hosts; host++) {
            send(
                    host,
                    "enrol",
                    person(0),
                    new CorrelationId("enrolment"),
                    new HostEnrolled(host(host), "desk" + host, "MCow"));
        }
        for (int round = 0; round < rounds; round++) {
            clock.set(BEGIN.plus(LENGTH.multipliedBy(round).dividedBy(rounds)));
            round(round);
        }
        settle();
    }

    /** Each later closure has newer versions of some of its members. */
    private void makeClosures() {
        int[] newest = new int[LIBRARIES];
        PackagePublished[] present = new PackagePublished[LIBRARIES];
        for (int library = 0; library < LIBRARIES; library++) {
            present[library] = newVersion(library, 0);
        }
        for (int i = 0; i < CLOSURES; i++) {
            int changed = i % 2 == 0 ? random.nextInt(MEMBERS / 3) : random.nextInt(LIBRARIES);
            present[changed] = newVersion(changed, ++newest[changed]);
            List<Closure.Member> members = new ArrayList<>();
            boolean[] has = new boolean[LIBRARIES];
            while (members.size() < MEMBERS) {
                int library = members.size() < MEMBERS / 3 ? members.size() : random.nextInt(LIBRARIES);
                if (!has[library]) {
                    has[library] = true;
                    PackagePublished version = present[library];
                    members.add(new Closure.Member(version.id(), version.artifact(), version.layer()));
                }
            }
            Closure closure = new Closure(members);
            closures.add(closure);
            ids.add(closure.id());
        }
    }

    private PackagePublished newVersion(int library, int number) {
        PackageId id = PackageId.of("lib" + library, "1." + number, "amd64");
        Digest artifact = Digest.ofText(id.toString());
        String control = "Package: " + id.name() + "\nSource: src" + library + "\nVersion: " + id.version()
                + "\nArchitecture: amd64\nDescription: a library\n";
        PackagePublished version = new PackagePublished(id, artifact, 1, new LayerId(artifact), control, null);
        published.add(version);
        return version;
    }

    private void publish() throws InterruptedException {
        for (PackagePublished version : published) {
            String name = version.id().name().text();
            long before = Long.parseLong(version.id().version().text().substring(2));
            send(
                    new Append(
                            new RequestId("publish-" + ++commands),
                            person(1),
                            new CorrelationId("publication"),
                            List.of(new Append.Part(StreamId.ofPackage(name), before, List.of(version)))),
                    null);
        }
    }

    private void round(int round) throws InterruptedException {
        Position[] asked = new Position[hosts];
        RootTarget[] targets = new RootTarget[hosts];
        int newest = (int) ((long) round * (CLOSURES - AT_A_TIME) / rounds);
        int[] chosen = new int[hosts];
        for (int host = 0; host < hosts; host++) {
            chosen[host] = newest + random.nextInt(AT_A_TIME);
            Closure closure = closures.get(chosen[host]);
            targets[host] = new RootTarget(
                    new RootName("root" + round % ROOTS),
                    closure.packages().get(MEMBERS - 1).id(),
                    closure);
            int number = host;
            send(
                    append(
                            host,
                            "ask",
                            person(random.nextInt(PEOPLE)),
                            correlation(round, host),
                            List.of(new InstallRequested(List.of(targets[host])))),
                    position -> asked[number] = position);
        }
        settle();
        for (int host = 0; host < hosts; host++) {
            List<Event> events = new ArrayList<>();
            RootTarget target = targets[host];
            events.add(
                    random.nextInt(FAILURES_IN) == 0
                            ? new InstallationFailed(asked[host], List.of(target.root()), "fetch", "no route to host")
                            : new InstallationSucceeded(
                                    asked[host],
                                    List.of(new RootOutcome(
                                            target.root(),
                                            target.requested(),
                                            ids.get(chosen[host]),
                                            new LayerId(ids.get(chosen[host]).digest()))),
                                    target.closure().packages().get(0).artifact(),
                                    1_000));
            events.addAll(beside(target.root(), round));
            send(append(host, "report", Principal.ofAgent(host(host)), correlation(round, host), events), null);
        }
        settle();
    }

    private static List<Event> beside(RootName root, int round) {
        ServiceName service = new ServiceName("web");
        DeviceId device = new DeviceId("usb-" + round % 3);
        GuestId guest = new GuestId(root + "-" + round);
        Digest object = Digest.ofText("object" + round);
        return List.of(
                new ServiceStarted(root, service, 0),
                new GuestStarted(root, guest, 512),
                new DeviceAttached(device, DeviceKind.SERIAL, "a serial line", "/dev/ttyUSB0"),
                new IntegrityViolated(object, root, "usr/lib/x86_64-linux-gnu/libx.so.1", "other bytes"),
                new IntegrityRestored(object),
                new DeviceDetached(device),
                new GuestStopped(root, guest, "it was shut down"),
                new ServiceExited(root, service, ServiceResult.SUCCESS, "was stopped", false));
    }

    private void send(int host, String what, Principal by, CorrelationId correlation, Event event)
            throws InterruptedException {
        send(append(host, what, by, correlation, List.of(event)), null);
    }

    private Append append(int host, String what, Principal by, CorrelationId correlation, List<Event> events) {
        long before = versions[host];
        versions[host] += events.size();
        return new Append(
                new RequestId(what + "-" + ++commands),
                by,
                correlation,
                List.of(new Append.Part(StreamId.of(host(host)), before, events)));
    }

    private void send(Append command, java.util.function.@org.jspecify.annotations.Nullable Consumer<Position> appended)
            throws InterruptedException {
        free.acquire();
        store.append(command).whenComplete((result, thrown) -> {
            if (result instanceof AppendResult.Appended done) {
                if (appended != null) {
                    appended.accept(done.first());
                }
            } else {
                failure.compareAndSet(null, thrown == null ? new IllegalStateException("" + result) : thrown);
            }
            free.release();
        });
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new CompletionException("the year can't be appended", thrown);
        }
    }

    /** Everything that was sent is in the log. */
    private void settle() throws InterruptedException {
        free.acquire(IN_FLIGHT);
        free.release(IN_FLIGHT);
    }
}

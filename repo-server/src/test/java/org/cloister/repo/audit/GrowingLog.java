package org.cloister.repo.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryEvent.VersionSpan;
import org.cloister.events.AdvisoryId;
import org.cloister.events.AuditEvent.Rehashed;
import org.cloister.events.CorrelationId;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorName;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.StreamId;
import org.cloister.events.TokenId;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.audit.HostSnapshot.Guest;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.ReportDecider;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.InMemoryEventStore;
import org.cloister.repo.log.SettableClock;
import org.cloister.repo.retention.RandomLog;

/** A log that grows, with everything that was true of its hosts at each position. */
final class GrowingLog {
    static final int PRINCIPALS = 4;
    static final MirrorName MIRROR = new MirrorName("one");

    final RandomLog log;
    private final Random random;
    private final SettableClock clock = new SettableClock(Instant.EPOCH);
    final InMemoryEventStore store = new InMemoryEventStore(clock);
    final Map<HostId, HostState> states = new LinkedHashMap<>();
    final Map<HostId, RunningGuests> guests = new LinkedHashMap<>();
    final Map<HostId, Occurrence> lasts = new LinkedHashMap<>();
    final Map<Long, List<HostSnapshot>> folded = new LinkedHashMap<>();
    final List<CorrelationId> correlations = new ArrayList<>();
    private final EventCodec codec = new EventCodec();

    GrowingLog(long seed) {
        random = new Random(seed);
        log = new RandomLog(seed, 0);
        store();
    }

    void step() {
        if (random.nextBoolean()) {
            log.step();
        } else {
            more();
        }
        store();
    }

    private void more() {
        HostId host = List.copyOf(log.hosts.keySet()).get(random.nextInt(log.hosts.size()));
        HostState state = Objects.requireNonNull(log.hosts.get(host));
        RootName root = new RootName("root" + random.nextInt(2));
        DeviceId device = new DeviceId("usb-" + random.nextInt(3));
        switch (random.nextInt(12)) {
            case 0 ->
                log.accept(
                        host,
                        HostDecider.lease(
                                state,
                                host,
                                root,
                                PortSource.ASKED,
                                List.of(Port.tcp(80 + random.nextInt(3))),
                                HostPorts.ALL));
            case 1 -> log.accept(host, HostDecider.release(state, host, root, List.of()));
            case 2 -> log.accept(host, HostDecider.grantDevice(state, host, root, device));
            case 3 ->
                log.append(
                        StreamId.of(new AdvisoryId("DSA-" + random.nextInt(3))),
                        advisory(new AdvisoryId("DSA-" + random.nextInt(3))));
            case 4 -> register();
            case 5 -> access();
            case 6 -> mirror();
            case 7 -> log.append(StreamId.audit(), new Rehashed(random.nextInt(9), 1, 1, 1, 0, List.of()));
            default -> log.accept(host, new ReportDecider(state, host).decide(report(root, device)));
        }
    }

    private HostEvent report(RootName root, DeviceId device) {
        GuestId guest = new GuestId(root + "-" + random.nextInt(3));
        ServiceName service = new ServiceName("web");
        Digest object = Digest.ofText("object " + random.nextInt(3));
        return switch (random.nextInt(10)) {
            case 0 -> new DeviceAttached(device, DeviceKind.SERIAL, "a line", "/dev/ttyUSB0");
            case 1 -> new DeviceDetached(device);
            case 2, 3 -> new GuestStarted(root, guest, 512);
            case 4 -> new GuestStopped(root, guest, "it ended");
            case 5 -> new ServiceEnabled(root, service);
            case 6 -> new ServiceStarted(root, service, 0);
            case 7 -> new ServiceExited(root, service, ServiceResult.SIGNAL, "was ended", true);
            case 8 ->
                random.nextBoolean() ? new ServiceDisabled(root, service, "asked for") : new IntegrityRestored(object);
            default -> new IntegrityViolated(object, root, "usr/bin/x", "other bytes");
        };
    }

    private AdvisoryImported advisory(AdvisoryId id) {
        DebianVersion fixed = new DebianVersion("1." + random.nextInt(4));
        return new AdvisoryImported(
                id,
                random.nextBoolean() ? List.of() : List.of(new AdvisoryId("CVE-" + random.nextInt(2))),
                "it leaks",
                null,
                List.of(new Affected(
                        "", new PackageName("p1"), List.of(new VersionSpan(null, fixed, null)), List.of())),
                Digest.ofText("file"));
    }

    private void register() {
        log.append(
                StreamId.users(),
                new SystemUserRegistered(IdKind.USER, "user" + log.events.size(), 1_000 + log.events.size()));
    }

    private void access() {
        Principal bob = new Principal("bob");
        TokenId token = new TokenId("t%09d".formatted(random.nextInt(3)));
        Instant now = log.now();
        log.append(
                StreamId.of(bob),
                switch (random.nextInt(3)) {
                    case 0 -> new TokenIssued(token, bob, Set.of(Role.AUDITOR), Digest.ofText("secret"), null, null);
                    case 1 -> new TokenRevoked(token, "lost");
                    default -> new RequestsRefused(bob, "192.0.2.1", "audit", "role-missing", 1, now, now);
                });
    }

    private void mirror() {
        PackageId id = PackageId.of("m" + random.nextInt(5), "1", "amd64");
        log.append(
                StreamId.of(MIRROR),
                random.nextInt(3) == 0
                        ? new MirrorDefined(
                                MIRROR,
                                "http://archive.example.org",
                                "bookworm",
                                List.of("main"),
                                List.of("amd64"),
                                "KEY")
                        : new PackagesListed(
                                MIRROR,
                                "main",
                                List.of(new Architecture("amd64")),
                                List.of(new PackagesListed.Entry(id, Digest.ofText(id.toString()), 1, "pool/" + id)),
                                "AAAA"));
    }

    /** What is in the log and not in the store yet, sometimes as one command. */
    private void store() {
        int begin = (int) store.head().value();
        while (begin < log.events.size()) {
            int end = begin + 1;
            StreamId stream = log.recorded.get(begin).stream();
            while (end < log.events.size() && log.recorded.get(end).stream().equals(stream) && random.nextBoolean()) {
                end++;
            }
            append(stream, log.recorded.subList(begin, end), log.events.subList(begin, end));
            begin = end;
        }
    }

    private void append(StreamId stream, List<RecordedEvent> recorded, List<Event> events) {
        clock.set(recorded.get(0).recordedAt());
        CorrelationId correlation = new CorrelationId("c-" + random.nextInt(40));
        correlations.add(correlation);
        store.append(new Append(
                        new RequestId("r-" + recorded.get(0).position()),
                        new Principal("person" + random.nextInt(PRINCIPALS)),
                        correlation,
                        List.of(new Append.Part(stream, recorded.get(0).version() - 1, List.copyOf(events)))))
                .toCompletableFuture()
                .join();
        for (RecordedEvent stored :
                store.readAll(new Position(recorded.get(0).position().value() - 1), events.size())) {
            fold(stored);
        }
    }

    private void fold(RecordedEvent stored) {
        if (codec.decode(stored) instanceof HostEvent event) {
            HostId host = new HostId(stored.stream().name());
            Occurrence at = Occurrence.of(stored);
            states.merge(host, HostState.EMPTY.evolve(at, event), (state, first) -> state.evolve(at, event));
            guests.computeIfAbsent(host, added -> new RunningGuests(List.of())).apply(at, event);
            lasts.put(host, at);
        }
        folded.put(stored.position().value(), snapshots());
    }

    private List<HostSnapshot> snapshots() {
        List<HostSnapshot> all = new ArrayList<>();
        for (HostId host : new TreeSet<>(states.keySet())) {
            List<Guest> running = Objects.requireNonNull(guests.get(host)).all();
            all.add(new HostSnapshot(
                    host, Objects.requireNonNull(states.get(host)), running, Objects.requireNonNull(lasts.get(host))));
        }
        return all;
    }
}

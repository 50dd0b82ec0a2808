package org.cloister.repo.retention;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.ReleaseFields;
import org.cloister.events.DistributionName;
import org.cloister.events.Event;
import org.cloister.events.HoldName;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldReleased;
import org.cloister.events.PoolEvent.HoldTarget;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.Decision;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;

/** A sound log of a small repository, made at random: an event a day or so. */
public final class RandomLog {
    static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final DistributionName STABLE = new DistributionName("stable");
    private static final List<HostId> HOSTS =
            List.of(new HostId("h-0000000000000001"), new HostId("h-0000000000000002"));
    private static final List<MirrorName> MIRRORS = List.of(new MirrorName("one"), new MirrorName("two"));

    public final List<RecordedEvent> recorded = new ArrayList<>();
    public final List<Event> events = new ArrayList<>();
    /** What a mirror lists from a position on. */
    final Map<Position, Set<Digest>> listings = new HashMap<>();

    final Map<PackageId, PackagePublished> published = new LinkedHashMap<>();
    final Set<PackageId> yanked = new TreeSet<>(java.util.Comparator.comparing(PackageId::toString));
    public final Map<HostId, HostState> hosts = new HashMap<>();
    final Map<String, Closure> closures = new HashMap<>();
    Instant now = BEGIN;

    private final Random random;
    private final Map<StreamId, Long> versions = new HashMap<>();
    private final Set<HoldName> holds = new TreeSet<>();

    public RandomLog(long seed, int steps) {
        random = new Random(seed);
        HOSTS.forEach(host -> append(StreamId.of(host), new HostEnrolled(host, host.text(), "key")));
        for (int i = 0; i < steps; i++) {
            step();
        }
    }

    /** When the last event was recorded. */
    public Instant now() {
        return now;
    }

    /** Something that can happen next. */
    public void step() {
        switch (random.nextInt(14)) {
            case 0, 1 -> publish();
            case 2, 3 -> yank();
            case 4 -> restore();
            case 5 -> index();
            case 6 -> distribution();
            case 7 -> hold();
            case 8 -> rules();
            case 9 -> configure();
            case 10 -> retire();
            case 11 -> report();
            default -> command();
        }
    }

    HostState state(HostId host) {
        return Objects.requireNonNull(hosts.get(host));
    }

    Set<Digest> listed(Position position) {
        return Objects.requireNonNull(listings.get(position));
    }

    private PackagePublished publication(PackageId id) {
        return Objects.requireNonNull(published.get(id));
    }

    public void append(StreamId stream, Event event) {
        now = now.plus(Duration.ofHours(random.nextInt(60)));
        Position position = new Position(recorded.size() + 1L);
        RecordedEvent row = new RecordedEvent(
                position,
                stream,
                versions.merge(stream, 1L, Long::sum),
                event.getClass().getSimpleName(),
                1,
                now,
                new Principal("alice"),
                new CorrelationId("c-1"),
                "{}");
        recorded.add(row);
        events.add(event);
        if (event instanceof HostEvent change) {
            HostId host = new HostId(stream.name());
            hosts.put(host, hosts.getOrDefault(host, HostState.EMPTY).evolve(Occurrence.of(row), change));
        }
    }

    private void publish() {
        PackageId id = PackageId.of("p" + random.nextInt(4), "1." + random.nextInt(4), "amd64");
        if (!published.containsKey(id)) {
            PackagePublished event = new PackagePublished(
                    id, Digest.ofText("artifact " + id), 1, new LayerId(Digest.ofText("layer " + id)), "", null);
            published.put(id, event);
            append(StreamId.ofPackage(id.name().text()), event);
        }
    }

    private <T> T any(java.util.Collection<T> of) {
        return List.copyOf(of).get(random.nextInt(of.size()));
    }

    private List<PackageId> available() {
        return published.keySet().stream().filter(id -> !yanked.contains(id)).toList();
    }

    private void yank() {
        if (!available().isEmpty()) {
            PackageId id = any(available());
            yanked.add(id);
            append(StreamId.ofPackage(id.name().text()), new PackageYanked(id, "CVE"));
        }
    }

    private void restore() {
        if (!yanked.isEmpty()) {
            PackageId id = any(yanked);
            yanked.remove(id);
            append(StreamId.ofPackage(id.name().text()), new PackageRestored(id, "fine"));
        }
    }

    private void index() {
        MirrorName mirror = any(MIRRORS);
        Set<Digest> listed = new TreeSet<>();
        for (int i = 0; i < 3; i++) {
            listed.add(Digest.ofText("listed " + random.nextInt(12)));
        }
        listings.put(new Position(recorded.size() + 1L), listed);
        append(
                StreamId.of(mirror),
                new MirrorIndexed(mirror, Digest.ofText("InRelease " + recorded.size()), now, 3, 0, 3));
    }

    private void distribution() {
        if (random.nextBoolean()) {
            List<MirrorName> mirrors = random.nextBoolean() ? MIRRORS : List.of(any(MIRRORS));
            append(
                    StreamId.of(STABLE),
                    new DistributionDefined(
                            STABLE,
                            mirrors,
                            true,
                            false,
                            List.of("main"),
                            List.of(new Architecture("amd64")),
                            new ReleaseFields("o", "l", "s", "c", "d", null, null),
                            true));
        } else {
            Position to = new Position(1 + random.nextInt(recorded.size()));
            append(StreamId.of(STABLE), new DistributionRolledBack(STABLE, to, "broken"));
        }
    }

    private void hold() {
        HoldName name = new HoldName("hold" + random.nextInt(3));
        if (holds.remove(name)) {
            append(StreamId.pool(), new HoldReleased(name, "over"));
            return;
        }
        HoldTarget target = switch (random.nextInt(4)) {
            case 0 ->
                new HoldTarget(
                        PackageId.of("p" + random.nextInt(4), "1.0", "amd64").name(), null, null, null, null);
            case 1 -> new HoldTarget(null, null, Digest.ofText("listed " + random.nextInt(12)), null, null);
            case 2 -> new HoldTarget(null, null, null, any(HOSTS), null);
            default -> new HoldTarget(null, null, null, null, new Position(1 + random.nextInt(recorded.size())));
        };
        holds.add(name);
        append(StreamId.pool(), new HoldPlaced(name, target, "a court asked"));
    }

    private void rules() {
        append(StreamId.pool(), new RetentionChanged(random.nextInt(20), 1 + random.nextInt(2)));
    }

    private void configure() {
        if (!closures.isEmpty()) {
            Closure closure = any(closures.values());
            append(
                    StreamId.of(closure.id()),
                    new ClosureConfigured(closure.id(), new LayerId(Digest.ofText("configured " + closure.id()))));
        }
    }

    private void retire() {
        HostId host = any(HOSTS);
        if (random.nextInt(6) == 0 && state(host).retirement() == null) {
            append(StreamId.of(host), new HostRetired(host, "sold"));
        }
    }

    private void command() {
        HostId host = any(HOSTS);
        HostState state = state(host);
        RootName root = new RootName("root" + random.nextInt(2));
        switch (random.nextInt(4)) {
            case 0 -> accept(host, HostDecider.remove(state, host, List.of(root)));
            case 1 -> accept(host, HostDecider.rollback(state, host, List.of(root)));
            default -> {
                if (!available().isEmpty()) {
                    accept(host, HostDecider.install(state, host, List.of(target(root)), true));
                }
            }
        }
    }

    private RootTarget target(RootName root) {
        TreeSet<PackageId> chosen = new TreeSet<>(java.util.Comparator.comparing(PackageId::toString));
        chosen.add(any(available()));
        chosen.add(any(available()));
        Closure closure = new Closure(chosen.stream()
                .map(this::publication)
                .map(event -> new Closure.Member(event.id(), event.artifact(), event.layer()))
                .toList());
        closures.put(closure.id().toString(), closure);
        return new RootTarget(root, chosen.first(), closure);
    }

    /** What was decided happened, unless it was refused. */
    public void accept(HostId host, Decision<HostEvent> decision) {
        if (decision instanceof Decision.Accepted<HostEvent> accepted) {
            accepted.events().forEach(event -> append(StreamId.of(host), event));
        }
    }

    private void report() {
        HostId host = any(HOSTS);
        List<HostRequest> open = open(state(host));
        if (state(host).retirement() == null && !open.isEmpty()) {
            HostRequest request = any(open);
            append(StreamId.of(host), random.nextInt(3) == 0 ? failure(request) : success(request));
        }
    }

    static List<HostRequest> open(HostState state) {
        return state.requests().values().stream()
                .filter(request -> !request.closed())
                .toList();
    }

    static HostEvent failure(HostRequest request) {
        return new InstallationFailed(
                request.asked().position(), List.copyOf(request.before().keySet()), "fetch", "x");
    }

    private static HostEvent success(HostRequest request) {
        Position at = request.asked().position();
        Digest generation = Digest.ofText("generation");
        List<RootOutcome> outcomes = request.targets().values().stream()
                .map(target -> new RootOutcome(
                        target.root(),
                        target.requested(),
                        target.closure().id(),
                        new LayerId(
                                Digest.ofText("configured " + target.closure().id()))))
                .toList();
        return switch (request.kind()) {
            case REMOVAL ->
                new RemovalCompleted(at, List.copyOf(request.before().keySet()), generation, true);
            case INSTALL -> new InstallationSucceeded(at, outcomes, generation, 1);
            case ROLLBACK -> new RollbackCompleted(at, outcomes, generation);
        };
    }
}

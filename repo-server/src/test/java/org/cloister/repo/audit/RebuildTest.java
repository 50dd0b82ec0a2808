package org.cloister.repo.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.advisory.Provenance;
import org.cloister.repo.audit.HostSnapshot.Guest;
import org.cloister.repo.collect.RetentionView;
import org.cloister.repo.decide.HostDecider;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.ReportDecider;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.AppendResult;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.log.InMemoryEventStore;
import org.cloister.repo.log.NewestEvents;
import org.cloister.repo.log.SettableClock;
import org.cloister.repo.log.StreamSelection;
import org.cloister.repo.rehash.RehashView;
import org.cloister.repo.retention.RandomLog;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.ListingsView;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random sound logs. Whoever followed the log as it grew, in whatever batches, answers every question as one who reads all of it at once,
 * and about a host at any moment as the fold of all its events.
 */
class RebuildTest {
    private static final int STEPS = 150;
    private static final int PRINCIPALS = 4;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoFollowedTheLogAnswersAsWhoReadsItAtOnce(long seed) {
        World world = new World(seed);
        try (Reader followed = new Reader(world.store, 7, new Random(seed), new EventCodec())) {
            followed.views.projection().start();
            for (int i = 0; i < STEPS; i++) {
                world.step();
            }
            Map<String, Object> expected = followed.answers(world);
            for (int page : new int[] {1, EventStore.MAX_READ}) {
                try (Reader rebuilt =
                        new Reader(world.store, page, new Random(seed + page), EventCodec.remembering(20_000))) {
                    rebuilt.views.projection().start();
                    Map<String, Object> answers = rebuilt.answers(world);
                    expected.forEach((question, answer) -> assertThat(answers.get(question))
                            .as("seed %d, pages of up to %d: %s", seed, page, question)
                            .isEqualTo(answer));
                }
            }
            assertThat(expected.get("hosts")).isEqualTo(world.states);
            world.folded.forEach((position, snapshots) -> assertThat(expected.get("host at " + position))
                    .as("seed %d", seed)
                    .isEqualTo(snapshots));
        }
    }

    /** A log that grows, with everything that was true of its hosts at each position. */
    private static final class World {
        private static final MirrorName MIRROR = new MirrorName("one");

        private final RandomLog log;
        private final Random random;
        private final SettableClock clock = new SettableClock(Instant.EPOCH);
        private final InMemoryEventStore store = new InMemoryEventStore(clock);
        private final Map<HostId, HostState> states = new LinkedHashMap<>();
        private final Map<HostId, RunningGuests> guests = new LinkedHashMap<>();
        private final Map<HostId, Occurrence> lasts = new LinkedHashMap<>();
        private final Map<Long, List<HostSnapshot>> folded = new LinkedHashMap<>();
        private final List<CorrelationId> correlations = new ArrayList<>();
        private final EventCodec codec = new EventCodec();

        World(long seed) {
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
                    random.nextBoolean()
                            ? new ServiceDisabled(root, service, "asked for")
                            : new IntegrityRestored(object);
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
                        case 0 ->
                            new TokenIssued(token, bob, Set.of(Role.AUDITOR), Digest.ofText("secret"), null, null);
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
                                    List.of(new PackagesListed.Entry(
                                            id, Digest.ofText(id.toString()), 1, "pool/" + id)),
                                    "AAAA"));
        }

        /** What is in the log and not in the store yet, sometimes as one command. */
        private void store() {
            int begin = (int) store.head().value();
            while (begin < log.events.size()) {
                int end = begin + 1;
                StreamId stream = log.recorded.get(begin).stream();
                while (end < log.events.size()
                        && log.recorded.get(end).stream().equals(stream)
                        && random.nextBoolean()) {
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
                guests.computeIfAbsent(host, added -> new RunningGuests(List.of()))
                        .apply(at, event);
                lasts.put(host, at);
            }
            folded.put(stored.position().value(), snapshots());
        }

        private List<HostSnapshot> snapshots() {
            List<HostSnapshot> all = new ArrayList<>();
            for (HostId host : new TreeSet<>(states.keySet())) {
                List<Guest> running = Objects.requireNonNull(guests.get(host)).all();
                all.add(new HostSnapshot(
                        host,
                        Objects.requireNonNull(states.get(host)),
                        running,
                        Objects.requireNonNull(lasts.get(host))));
            }
            return all;
        }
    }

    /** A repository's views over a log, with all that audit, console and REST read of them. */
    private static final class Reader implements AutoCloseable {
        private final EventStore store;
        private final Views views;
        private final Audit audit;
        private final AuditViews past;
        private final AdvisoriesView advisories = new AdvisoriesView();
        private final RehashView rehashes = new RehashView();
        private final RetentionView retention = new RetentionView();

        Reader(EventStore log, int page, Random random, EventCodec codec) {
            store = new Pages(log, page, random);
            views = Views.of(store, codec);
            past = new AuditViews(
                    new HistoryView(views.hosts()),
                    new InstallationsView(views.hosts(), views.closures()),
                    new HostCheckpoints(views.hosts(), 3, 4));
            past.feed(views.projection());
            views.projection().add(advisories);
            views.projection().add(rehashes);
            views.projection().add(retention);
            audit = new Audit(store, codec, past, new Provenance(views.catalog(), views.mirrors()));
        }

        Map<String, Object> answers(World world) {
            views.projection()
                    .current()
                    .toCompletableFuture()
                    .orTimeout(120, TimeUnit.SECONDS)
                    .join();
            Map<String, Object> answers = new LinkedHashMap<>();
            now(answers, world);
            pasts(answers, world);
            return answers;
        }

        private void now(Map<String, Object> answers, World world) {
            answers.put(
                    "catalog",
                    views.catalog().search("", null, 100).stream()
                            .map(entry -> List.of(entry.name(), entry.state(), entry.synopsis()))
                            .toList());
            answers.put("fleet", List.copyOf(views.hosts().all()));
            Map<HostId, HostState> states = new LinkedHashMap<>();
            views.hosts().all().forEach(entry -> states.put(entry.host(), entry.state()));
            answers.put("hosts", states);
            answers.put(
                    "conditions",
                    views.hosts().all().stream()
                            .map(entry -> List.of(
                                    HostCondition.of(entry.state()),
                                    OutdatedRoot.of(entry.state(), views.catalog()),
                                    Delivery.notInstalled(entry)))
                            .toList());
            answers.put("unserved", audit.unserved());
            answers.put("users", views.users().state());
            answers.put("mirrors", views.mirrors().all());
            answers.put("tokens", List.copyOf(views.tokens().all()));
            answers.put("advisories", List.copyOf(advisories.all()));
            answers.put("rehash", Optional.ofNullable(rehashes.last()));
            answers.put("retention", retention.state());
            answers.put("distributions", distributions());
            answers.put("listings", listings(views.listings(), world));
            world.log.events.stream()
                    .filter(event -> event instanceof HostEvent.InstallRequested)
                    .flatMap(event -> ((HostEvent.InstallRequested) event).roots().stream())
                    .map(target -> target.closure().id())
                    .distinct()
                    .forEach(id -> answers.put(
                            "closure " + id,
                            List.of(
                                    Optional.ofNullable(views.closures().find(id)),
                                    Optional.ofNullable(views.closures().configured(id)))));
        }

        private Object distributions() {
            Map<Object, Object> all = new LinkedHashMap<>();
            views.distributions()
                    .all()
                    .forEach((name, history) -> all.put(
                            name,
                            history.newestFirst().stream()
                                    .map(snapshot -> snapshot.toString())
                                    .toList()));
            return all;
        }

        private static Object listings(ListingsView view, World world) {
            List<Object> all = new ArrayList<>();
            for (long position = 1; position <= world.store.head().value(); position += 17) {
                var listing = view.at(World.MIRROR, new Position(position));
                all.add(listing.components().stream()
                        .flatMap(component -> listing.packages(component).stream())
                        .map(listed -> listed.id() + " " + listed.artifact())
                        .toList());
            }
            return all;
        }

        private void pasts(Map<String, Object> answers, World world) {
            Position head = store.head();
            for (long position = 1; position <= head.value(); position++) {
                Position asOf = new Position(position);
                List<HostSnapshot> snapshots = new ArrayList<>();
                List<HostSnapshot> byTime = new ArrayList<>();
                for (HostId host : new TreeSet<>(world.states.keySet())) {
                    audit.hostAt(host, new Moment.After(asOf)).ifPresent(snapshots::add);
                    Instant time = world.log.recorded.get((int) position - 1).recordedAt();
                    audit.hostAt(host, new Moment.At(time)).ifPresent(byTime::add);
                }
                answers.put("host at " + position, snapshots);
                answers.put("host at the time of " + position, byTime);
            }
            for (long position = 1; position <= head.value(); position += 9) {
                Position asOf = new Position(position);
                answers.put("intervals at " + asOf, past.installations().having(id -> true, asOf));
                for (HostId host : world.states.keySet()) {
                    answers.put(
                            "on " + host + " at " + asOf, past.installations().on(host, asOf));
                }
                for (AdvisoriesView.Known known : advisories.all()) {
                    answers.put(
                            "exposure to " + known.advisory().id() + " at " + asOf,
                            audit.exposure(List.of(known.advisory()), asOf));
                }
            }
            for (HistoryFilter filter : filters(world)) {
                answers.put("history of " + filter, audit.history(filter, Position.NONE, Audit.MAX_LIMIT));
                answers.put("newest of " + filter, audit.newestFirst(filter, new Position(head.value() / 2), 7));
            }
            for (CorrelationId correlation : world.correlations) {
                answers.put("tied to " + correlation, audit.correlated(correlation));
            }
        }

        private List<HistoryFilter> filters(World world) {
            List<HistoryFilter> filters = new ArrayList<>(List.of(HistoryFilter.ALL));
            List<@Nullable HostId> hosts = new ArrayList<>(world.states.keySet());
            hosts.add(null);
            for (HostId host : hosts) {
                for (int i = 0; i < PRINCIPALS; i++) {
                    filters.add(new HistoryFilter(host, null, new Principal("person" + i), null));
                }
                for (CatalogEntry entry : views.catalog().search("", null, 100)) {
                    filters.add(new HistoryFilter(host, entry.name(), null, null));
                }
            }
            return filters;
        }

        @Override
        public void close() {
            views.close();
        }
    }

    /** A log that is read in pages of some random size. */
    private static final class Pages implements EventStore {
        private final EventStore store;
        private final int page;
        private final Random random;

        Pages(EventStore store, int page, Random random) {
            this.store = store;
            this.page = page;
            this.random = random;
        }

        @Override
        public synchronized List<RecordedEvent> readAll(Position after, int limit) {
            return store.readAll(after, Math.min(limit, 1 + random.nextInt(page)));
        }

        @Override
        public CompletionStage<AppendResult> append(Append command) {
            return store.append(command);
        }

        @Override
        public Optional<AppendResult.Repeated> find(RequestId request) {
            return store.find(request);
        }

        @Override
        public Position head() {
            return store.head();
        }

        @Override
        public List<RecordedEvent> readSelected(StreamSelection selection, Position after, int limit) {
            return store.readSelected(selection, after, limit);
        }

        @Override
        public synchronized List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
            return store.readStream(stream, afterVersion, Math.min(limit, 1 + random.nextInt(page)));
        }

        @Override
        public NewestEvents readNewest(EventFilter filter, Position before, int limit) {
            return store.readNewest(filter, before, limit);
        }

        @Override
        public long versionAt(StreamId stream, Position position) {
            return store.versionAt(stream, position);
        }

        @Override
        public Registration onAppended(Consumer<Position> listener) {
            return store.onAppended(listener);
        }
    }
}

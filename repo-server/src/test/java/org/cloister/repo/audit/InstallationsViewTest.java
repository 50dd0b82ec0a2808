package org.cloister.repo.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.view.ClosuresView;
import org.cloister.repo.view.HostsView;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who had what when, held against what the hosts' own states say at each position. */
class InstallationsViewTest {
    private static final LayerId CONFIGURED = new LayerId(Digest.ofText("configured"));
    private static final PackageId SSL_1 = PackageId.of("libssl", "1", "amd64");
    private static final PackageId SSL_2 = PackageId.of("libssl", "2", "amd64");

    private final ClosuresView closures = new ClosuresView();
    private final HostsView hosts = new HostsView(closures);
    private final InstallationsView view = new InstallationsView(hosts, closures);
    private long head;

    private Position append(HostId host, HostEvent event) {
        head++;
        RecordedEvent recorded = new RecordedEvent(
                new Position(head),
                StreamId.of(host),
                head,
                event.getClass().getSimpleName(),
                1,
                time(head),
                new Principal("alice"),
                new CorrelationId("c"),
                "{}");
        closures.apply(recorded, event);
        hosts.apply(recorded, event);
        view.apply(recorded, event);
        return recorded.position();
    }

    private static Instant time(long position) {
        return Instant.EPOCH.plusSeconds(position);
    }

    private static HostId host(int number) {
        return new HostId("h-%016x".formatted(number));
    }

    private static RootTarget target(String root, PackageId id, PackageId... needs) {
        List<Closure.Member> members = new ArrayList<>();
        for (PackageId need : needs) {
            members.add(member(need));
        }
        members.add(member(id));
        return new RootTarget(new RootName(root), id, new Closure(members));
    }

    private static Closure.Member member(PackageId id) {
        Digest artifact = Digest.ofText(id.toString());
        return new Closure.Member(id, artifact, new LayerId(artifact));
    }

    private static RootOutcome outcome(RootTarget target) {
        return new RootOutcome(
                target.root(), target.requested(), target.closure().id(), CONFIGURED);
    }

    private Position install(HostId host, RootTarget target) {
        Position asked = append(host, new InstallRequested(List.of(target)));
        return append(host, new InstallationSucceeded(asked, List.of(outcome(target)), CONFIGURED.digest(), 1));
    }

    private List<PackageInterval> having(String name, Position asOf) {
        return view.having(id -> id.name().text().equals(name), asOf);
    }

    private Position now() {
        return new Position(head);
    }

    @Test
    void aLibraryIsFoundInTheClosureOfWhatWasAskedForUntilItIsReplaced() {
        append(host(1), new HostEnrolled(host(1), "desk", "MCow"));
        PackageId nginx = PackageId.of("nginx", "1", "amd64");
        PackageId later = PackageId.of("nginx", "2", "amd64");
        Position first = install(host(1), target("nginx", nginx, SSL_1));
        Position second = install(host(1), target("nginx", later, SSL_1));
        Position third = install(host(1), target("nginx", later, SSL_2));

        assertThat(having("libssl", now()))
                .satisfiesExactly(
                        old -> {
                            assertThat(old.id()).isEqualTo(SSL_1);
                            assertThat(old.direct()).isFalse();
                            assertThat(old.from().position()).isEqualTo(first);
                            assertThat(old.from().at()).isEqualTo(time(first.value()));
                            assertThat(old.until()).isEqualTo(new PackageInterval.Mark(third, time(third.value())));
                            assertThat(old.ending()).isEqualTo(Ending.REPLACED);
                            assertThat(old.by().text()).isEqualTo("alice");
                        },
                        fresh -> {
                            assertThat(fresh.id()).isEqualTo(SSL_2);
                            assertThat(fresh.until()).isNull();
                        });
        assertThat(having("libssl", second)).singleElement().satisfies(then -> {
            assertThat(then.id()).isEqualTo(SSL_1);
            assertThat(then.until()).as("nobody knew of its end then").isNull();
        });
        assertThat(having("nginx", now())).hasSize(2).allMatch(PackageInterval::direct);
        assertThat(having("libss", now())).isEmpty();
    }

    @Test
    void whatWasOnAHostThatIsRetiredEndsWithIt() {
        append(host(1), new HostEnrolled(host(1), "desk", "MCow"));
        install(host(1), target("a", PackageId.of("a", "1", "amd64"), SSL_1));
        Position retired = append(host(1), new HostRetired(host(1), "sold"));

        assertThat(having("libssl", now())).singleElement().satisfies(interval -> {
            assertThat(interval.ending()).isEqualTo(Ending.RETIRED);
            assertThat(interval.until()).isEqualTo(new PackageInterval.Mark(retired, time(retired.value())));
        });
    }

    @Test
    void aContentThatNobodyWasAskedToHaveIsKeptWithoutMembers() {
        append(host(1), new HostEnrolled(host(1), "desk", "MCow"));
        RootTarget unknown = target("a", SSL_1);
        append(host(1), new InstallationSucceeded(new Position(77), List.of(outcome(unknown)), CONFIGURED.digest(), 1));
        assertThat(view.size()).isEqualTo(1);
        assertThat(having("libssl", now())).isEmpty();
    }

    /** Many random lives of hosts: at every position, the same as the host's state says. */
    @Test
    void atEveryPositionItIsWhatTheHostsReported() {
        for (long seed = 1; seed <= 60; seed++) {
            new Life(seed).live();
        }
    }

    /** One random life; every step is one that the deciders would let happen. */
    private static final class Life {
        private static final int STEPS = 120;

        private final InstallationsViewTest world = new InstallationsViewTest();
        private final Random random;
        private final long seed;
        private final Map<HostId, HostState> states = new TreeMap<>();
        /** By position, what each host had then. */
        private final List<Map<HostId, Set<String>>> expected = new ArrayList<>(List.of(Map.of()));

        Life(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void live() {
            for (int number = 1; number <= 3; number++) {
                append(host(number), new HostEnrolled(host(number), "desk" + number, "MCow"));
            }
            for (int step = 0; step < STEPS; step++) {
                HostId host = host(1 + random.nextInt(3));
                HostEvent event = random.nextInt(3) == 0 ? request(host) : report(host);
                if (event != null) {
                    append(host, event);
                }
            }
            for (int position = 1; position < expected.size(); position++) {
                check(new Position(position), expected.get(position));
            }
        }

        private void append(HostId host, HostEvent event) {
            Position position = world.append(host, event);
            HostsView.HostEntry entry = java.util.Objects.requireNonNull(world.hosts.find(host));
            states.put(host, entry.state());
            Map<HostId, Set<String>> now = new TreeMap<>(expected.get(expected.size() - 1));
            now.put(host, installed(entry.state()));
            expected.add(now);
            assertThat(position.value()).isEqualTo(expected.size() - 1);
        }

        private HostState state(HostId host) {
            return states.getOrDefault(host, HostState.EMPTY);
        }

        private static Set<String> installed(HostState state) {
            Set<String> all = new TreeSet<>();
            for (RootName root : state.roots().keySet()) {
                Change installed = state.installed(root);
                if (installed != null && installed.target() != null) {
                    installed.target().closure().packages().forEach(member -> all.add(root + " " + member.id()));
                }
            }
            return all;
        }

        private @Nullable HostEvent request(HostId host) {
            RootName root = new RootName("r" + random.nextInt(3));
            HostState state = state(host);
            int kind = random.nextInt(4);
            if (kind == 0) {
                return state.target(root) == null ? null : new RemovalRequested(List.of(root));
            }
            RootTarget previous = state.history(root).previous();
            if (kind == 1) {
                return previous == null ? null : new RollbackRequested(List.of(previous));
            }
            return new InstallRequested(List.of(target(
                    root.text(),
                    PackageId.of("p", Integer.toString(random.nextInt(4)), "amd64"),
                    random.nextBoolean() ? SSL_1 : SSL_2)));
        }

        /** About any request that is open, not always the oldest. */
        private @Nullable HostEvent report(HostId host) {
            List<HostRequest> open = state(host).requests().values().stream()
                    .filter(request -> !request.closed())
                    .toList();
            if (open.isEmpty()) {
                return null;
            }
            HostRequest request = open.get(random.nextInt(open.size()));
            Position position = request.asked().position();
            List<RootName> roots = List.copyOf(request.before().keySet());
            if (random.nextInt(4) == 0) {
                return new InstallationFailed(position, roots, "fetch", "no route");
            }
            List<RootOutcome> outcomes = request.targets().values().stream()
                    .map(InstallationsViewTest::outcome)
                    .toList();
            return switch (request.kind()) {
                case INSTALL -> new InstallationSucceeded(position, outcomes, CONFIGURED.digest(), 1);
                case ROLLBACK -> new RollbackCompleted(position, outcomes, CONFIGURED.digest());
                case REMOVAL -> new RemovalCompleted(position, roots, CONFIGURED.digest(), true);
            };
        }

        private void check(Position position, Map<HostId, Set<String>> then) {
            List<PackageInterval> all = world.view.having(id -> true, position);
            for (int number = 1; number <= 3; number++) {
                HostId host = host(number);
                Set<String> wanted = then.getOrDefault(host, Set.of());
                assertThat(texts(world.view.on(host, position)))
                        .as("seed %d, host %d after %s", seed, number, position)
                        .isEqualTo(wanted);
                assertThat(texts(all.stream()
                                .filter(interval -> interval.host().equals(host) && interval.until() == null)
                                .toList()))
                        .as("seed %d, intervals of host %d that last after %s", seed, number, position)
                        .isEqualTo(wanted);
            }
            for (PackageInterval one : all) {
                assertThat(all.stream().filter(one::continuesIn).toList())
                        .as("seed %d: %s is whole", seed, one)
                        .isEmpty();
            }
        }

        private static Set<String> texts(List<PackageInterval> intervals) {
            return intervals.stream()
                    .map(interval -> interval.root() + " " + interval.id())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

package org.cloister.repo.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.RecordedEvent;
import org.cloister.events.Role;
import org.cloister.events.RootName;
import org.cloister.events.StreamId;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.Closure.Member;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.SimulatedAgent.Linked;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.decide.SystemName;
import org.cloister.repo.view.HostsView.HostEntry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A repository and several hosts in memory, under failures of the database, lost answers, repeated requests, late and
 * reordered reports, crashes and new disks. One seed gives one course of events; the last seed is new at each run.
 */
class SimulationTest {
    private static final int STEPS = 400;
    private static final List<String> NAMES = List.of("prog", "tool", "libx");
    private static final Caller ADMINISTRATOR = Repository.person(Role.ADMINISTRATOR);

    private final List<SimulatedAgent> agents = new ArrayList<>();
    private Random random = new Random(0);
    private FlakyEventStore store = new FlakyEventStore(random);
    private SimulatedServer server = new SimulatedServer(store);

    static Stream<Long> seeds() {
        return Stream.of(1L, 2L, 3L, Long.getLong("simulation.seed", System.nanoTime()));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void invariantsHold(long seed) {
        System.out.println("simulation seed " + seed + " (again: -Dsimulation.seed=" + seed + ")");
        server.views().close();
        random = new Random(seed);
        store = new FlakyEventStore(random);
        server = new SimulatedServer(store);
        for (int i = 0; i < 3; i++) {
            enrol("host" + i);
        }
        for (int i = 0; i < STEPS; i++) {
            step();
        }
        settle();
        noAcknowledgedEventIsLostAndNothingElseIsInTheLog();
        everyRequestHasOneAnswer();
        replayGivesTheSameImage();
        theRecordSaysWhatTheHostsHave();
        closuresInEventsAreOfWhatCouldBeChosenThen();
        oneConfiguredLayerForEachClosure();
        oneIdForEachName();
        server.views().close();
    }

    private void enrol(String name) {
        var key = Keys.generate();
        Enrolment enrolment = Repository.enrolment(name, key);
        var outcome = server.insist(ADMINISTRATOR, true, (commands, request) -> commands.enrol(request, enrolment));
        agents.add(new SimulatedAgent(
                ((Outcome.Accepted<Enrolled>) outcome).answer().host(), key, server, store, random));
    }

    private void step() {
        SimulatedAgent agent = agents.get(random.nextInt(agents.size()));
        switch (random.nextInt(20)) {
            case 0, 1 -> publish();
            case 2 -> yankOrRestore();
            case 3 -> register();
            case 4 -> server.kill();
            case 5 -> {
                if (random.nextInt(5) == 0) {
                    agent.wipe();
                }
            }
            case 6, 7, 8, 9 -> command(agent);
            case 10, 11, 12 -> agent.poll();
            case 13, 14, 15, 16 -> {
                agent.poll();
                agent.work(false);
            }
            default -> agent.report();
        }
    }

    private boolean twice() {
        return random.nextInt(4) == 0;
    }

    private PackageId anyVersion() {
        return PackageId.of(NAMES.get(random.nextInt(NAMES.size())), "1." + random.nextInt(8), "amd64");
    }

    private void publish() {
        PackageId id = anyVersion();
        String depends = id.name().text().equals("libx") ? "" : "Depends: libx (>= 1." + random.nextInt(4) + ")\n";
        String control = "Package: " + id.name() + "\nVersion: " + id.version() + "\nArchitecture: amd64\n" + depends;
        Digest artifact = Digest.ofText(control);
        PackagePublished version = new PackagePublished(id, artifact, 1, new LayerId(artifact), control, null);
        server.insist(ADMINISTRATOR, twice(), (commands, request) -> commands.publish(request, version));
    }

    private void yankOrRestore() {
        PackageId id = anyVersion();
        boolean yank = random.nextBoolean();
        server.insist(
                ADMINISTRATOR,
                twice(),
                (commands, request) -> yank ? commands.yank(request, id, "x") : commands.restore(request, id, "x"));
    }

    private void register() {
        List<SystemName> names = List.of(
                new SystemName(IdKind.USER, "user" + random.nextInt(20)),
                new SystemName(IdKind.GROUP, "user" + random.nextInt(20)));
        server.insist(ADMINISTRATOR, twice(), (commands, request) -> commands.registerUsers(request, names));
    }

    private void command(SimulatedAgent agent) {
        RootName root = new RootName("root" + random.nextInt(4));
        List<RootName> roots = List.of(root);
        PackageName name = new PackageName(NAMES.get(root.text().charAt(4) % 2));
        Version version = random.nextBoolean() ? null : anyVersion().version();
        List<Wanted> wanted = List.of(new Wanted(name, version, root));
        boolean upgrade = random.nextBoolean();
        switch (random.nextInt(5)) {
            case 0 ->
                server.insist(
                        ADMINISTRATOR, twice(), (commands, request) -> commands.remove(request, agent.host, roots));
            case 1 ->
                server.insist(
                        ADMINISTRATOR, twice(), (commands, request) -> commands.rollback(request, agent.host, roots));
            case 2 ->
                server.insist(
                        ADMINISTRATOR,
                        twice(),
                        (commands, request) -> commands.upgrade(request, agent.host, List.of()));
            default ->
                server.insist(
                        ADMINISTRATOR,
                        twice(),
                        (commands, request) -> commands.install(request, agent.host, wanted, upgrade));
        }
    }

    /** Nothing fails any more; everybody does what is left to do. */
    private void settle() {
        store.calm();
        for (SimulatedAgent agent : agents) {
            agent.pollAll();
            for (int i = 0; i < 10_000 && !agent.idle(); i++) {
                agent.pollAll();
                agent.work(true);
                agent.report();
            }
            agent.pollAll();
            assertThat(agent.idle()).as("everything asked is done and reported").isTrue();
        }
    }

    private void noAcknowledgedEventIsLostAndNothingElseIsInTheLog() {
        List<Event> log = server.log();
        Set<Long> positions = new HashSet<>();
        server.acknowledged.values().stream().flatMap(List::stream).forEach(accepted -> {
            int first = (int) accepted.first().value();
            int last = (int) accepted.last().value();
            assertThat(log.subList(first - 1, last)).isEqualTo(accepted.events());
            for (long position = first; position <= last; position++) {
                positions.add(position);
            }
        });
        Map<StreamId, Long> versions = new HashMap<>();
        for (RecordedEvent recorded : store.readAll(org.cloister.events.Position.NONE, Integer.MAX_VALUE)) {
            assertThat(recorded.version()).isEqualTo(versions.merge(recorded.stream(), 1L, Long::sum));
            boolean asked = positions.contains(recorded.position().value());
            boolean byAgent = recorded.principal().text().startsWith("host/");
            assertThat(asked || byAgent)
                    .as("position %s was asked for", recorded.position())
                    .isTrue();
        }
        assertThat(log).as("a run in which nothing happens shows nothing").hasSizeGreaterThan(40);
    }

    private void everyRequestHasOneAnswer() {
        server.acknowledged.forEach((id, answers) -> assertThat(answers)
                .as("request %s", id)
                .allMatch(answer -> answer.first().equals(answers.get(0).first())
                        && answer.last().equals(answers.get(0).last())
                        && answer.events().equals(answers.get(0).events())));
        assertThat(server.acknowledged.values()).anyMatch(answers -> answers.size() > 1);
    }

    private void replayGivesTheSameImage() {
        for (SimulatedAgent agent : agents) {
            SimulatedAgent other = new SimulatedAgent(agent.host, agent.key, server, store, random);
            other.pollAll();
            assertThat(other.idle()).isTrue();
            assertThat(other.roots).isEqualTo(agent.roots);
        }
    }

    private void theRecordSaysWhatTheHostsHave() {
        server.kill();
        for (SimulatedAgent agent : agents) {
            HostEntry entry = Objects.requireNonNull(server.views().hosts().find(agent.host));
            HostState folded = HostState.EMPTY;
            for (RecordedEvent recorded : store.readStream(StreamId.of(agent.host), 0, Integer.MAX_VALUE)) {
                folded = folded.evolve(
                        Occurrence.of(recorded), (org.cloister.events.HostEvent) server.codec.decode(recorded));
            }
            assertThat(entry.state()).isEqualTo(folded);
            Map<RootName, RootTarget> wanted = new TreeMap<>();
            for (RootName root : folded.present()) {
                wanted.put(root, Objects.requireNonNull(folded.target(root)));
                Change installed = Objects.requireNonNull(folded.installed(root));
                assertThat(installed.target()).isEqualTo(folded.target(root));
            }
            Map<RootName, RootTarget> present = new TreeMap<>();
            agent.roots.forEach((root, linked) -> present.put(root, linked.target()));
            assertThat(present).isEqualTo(wanted);
        }
    }

    private void closuresInEventsAreOfWhatCouldBeChosenThen() {
        Map<PackageId, PackagePublished> available = new HashMap<>();
        Map<PackageId, PackagePublished> yanked = new HashMap<>();
        int closures = 0;
        for (Event event : server.log()) {
            if (event instanceof PackagePublished version) {
                available.put(version.id(), version);
            } else if (event instanceof PackageYanked yank) {
                yanked.put(yank.id(), Objects.requireNonNull(available.remove(yank.id())));
            } else if (event instanceof PackageRestored restored) {
                available.put(restored.id(), Objects.requireNonNull(yanked.remove(restored.id())));
            } else if (event instanceof InstallRequested install) {
                for (RootTarget target : install.roots()) {
                    valid(target, available);
                    closures++;
                }
            }
        }
        assertThat(closures).isGreaterThan(3);
    }

    private static void valid(RootTarget target, Map<PackageId, PackagePublished> available) {
        Closure closure = target.closure();
        for (Member member : closure.packages()) {
            PackagePublished version = available.get(member.id());
            assertThat(version).as("%s can be chosen", member.id()).isNotNull();
            assertThat(member.artifact()).isEqualTo(version.artifact());
            assertThat(member.layer()).isEqualTo(version.layer());
        }
        Member last = closure.packages().get(closure.packages().size() - 1);
        assertThat(last.id()).as("dependencies first").isEqualTo(target.requested());
        boolean program = !target.requested().name().text().equals("libx");
        assertThat(closure.packages()).hasSize(program ? 2 : 1);
    }

    private void oneConfiguredLayerForEachClosure() {
        Map<Closure, LayerId> layers = new HashMap<>();
        for (SimulatedAgent agent : agents) {
            for (Linked linked : agent.roots.values()) {
                LayerId other = layers.put(linked.target().closure(), linked.configured());
                assertThat(other == null || other.equals(linked.configured())).isTrue();
            }
        }
    }

    private void oneIdForEachName() {
        Map<Integer, String> owners = new HashMap<>();
        Set<SystemName> names = new HashSet<>();
        for (Event event : server.log()) {
            if (event instanceof SystemUserRegistered registered) {
                assertThat(names.add(new SystemName(registered.kind(), registered.name())))
                        .isTrue();
                assertThat(owners.merge(registered.id(), registered.name(), (one, other) -> one))
                        .isEqualTo(registered.name());
            }
        }
    }
}

package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.GENERATION;
import static org.cloister.repo.decide.Given.HOST;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.host;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.root;
import static org.cloister.repo.decide.Given.target;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.PortPolicy.Pin;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Leases.Waiting;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceBrokerTest {
    private static final Port HTTP = Port.tcp(80);
    private static final InstallRequested INSTALLED = new InstallRequested(List.of(
            target("apache2", "2.4"), target("nginx", "1.22"), target("lighttpd", "1.4"), target("caddy", "2")));

    private final List<HostEvent> history = new ArrayList<>(List.of(INSTALLED));
    private HostState state = host(INSTALLED);

    private List<HostEvent> ask(String root, PortSource source, HostPorts offered, Port... ports) {
        return take(HostDecider.lease(state, HOST, root(root), source, List.of(ports), offered));
    }

    private List<HostEvent> ask(String root, Port... ports) {
        return ask(root, PortSource.SHIPPED, HostPorts.ALL, ports);
    }

    private List<HostEvent> take(Decision<HostEvent> decision) {
        if (!(decision instanceof Decision.Accepted<HostEvent>)) {
            unchanged(decision);
            return List.of();
        }
        for (HostEvent event : accepted(decision)) {
            history.add(event);
            state = state.evolve(at(1 + history.size()), event);
        }
        return accepted(decision);
    }

    private List<HostEvent> remove(String... names) {
        List<RootName> roots = List.of(names).stream().map(RootName::new).toList();
        take(HostDecider.remove(state, HOST, roots));
        Position request = new Position(1 + history.size());
        return take(new ReportDecider(state, HOST).decide(new RemovalCompleted(request, roots, GENERATION, false)));
    }

    private @Nullable Port outside(String root, Port inside) {
        return state.leases().outside(new Claim(root(root), inside));
    }

    private void policy(int first, int last, Pin... pins) {
        take(HostDecider.changePortPolicy(state, HOST, new PortPolicy(first, last, List.of(pins))));
    }

    private static Pin pin(String root, Port inside, Port outside) {
        return new Pin(root(root), inside, outside);
    }

    @Test
    void theFirstGetsThePortThatItBindsAndTheNextOneOfTheRange() {
        assertThat(ask("apache2", HTTP))
                .containsExactly(
                        new LeaseGranted(root("apache2"), HTTP, HTTP, PortSource.SHIPPED, "the port that it binds"));
        assertThat(ask("nginx", HTTP))
                .containsExactly(new LeaseGranted(
                        root("nginx"), HTTP, Port.tcp(20_000), PortSource.SHIPPED, "tcp/80 is held by apache2"));
        ask("lighttpd", HTTP);
        assertThat(outside("lighttpd", HTTP)).isEqualTo(Port.tcp(20_001));
        assertThat(ask("caddy", Port.udp(80))).hasSize(1);
        assertThat(outside("caddy", Port.udp(80))).as("another protocol's").isEqualTo(Port.udp(80));
    }

    @Test
    void askingAgainChangesNothing() {
        ask("apache2", HTTP);
        policy(20_000, 20_000);
        ask("nginx", HTTP);
        ask("caddy", HTTP);

        assertThat(ask("apache2", HTTP)).isEmpty();
        assertThat(ask("nginx", HTTP)).isEmpty();
        assertThat(ask("caddy", HTTP)).as("it was refused, and waits").isEmpty();
    }

    @Test
    void whatTheHostUsesItselfOrMayNotOpenIsNotLeased() {
        ask("apache2", PortSource.SHIPPED, new HostPorts(Set.of(HTTP, Port.tcp(20_000)), 1), HTTP);
        assertThat(outside("apache2", HTTP)).isEqualTo(Port.tcp(20_001));
        ask("nginx", PortSource.SHIPPED, new HostPorts(Set.of(), 1024), HTTP, Port.tcp(8080));
        assertThat(outside("nginx", HTTP)).isEqualTo(Port.tcp(20_000));
        assertThat(outside("nginx", Port.tcp(8080))).isEqualTo(Port.tcp(8080));
    }

    @Test
    void aPinnedPortIsForItsRootAlone() {
        policy(20_000, 20_010, pin("nginx", HTTP, HTTP), pin("caddy", HTTP, Port.tcp(20_000)));

        ask("apache2", HTTP);
        assertThat(outside("apache2", HTTP)).isEqualTo(Port.tcp(20_001));
        ask("nginx", HTTP);
        assertThat(outside("nginx", HTTP)).isEqualTo(HTTP);
    }

    @Test
    void aPinThatAnotherHoldsIsRefusedWithTheHolderAndGrantedWhenItsLeaseEnds() {
        ask("apache2", HTTP);
        policy(20_000, 20_010, pin("nginx", HTTP, HTTP));

        assertThat(ask("nginx", HTTP))
                .containsExactly(new LeaseRefused(
                        root("nginx"), HTTP, HTTP, PortSource.SHIPPED, root("apache2"), "tcp/80 is held by apache2"));
        assertThat(remove("apache2"))
                .hasSize(3)
                .endsWith(
                        new LeaseReleased(root("apache2"), HTTP, HTTP, "the root was removed"),
                        new LeaseGranted(root("nginx"), HTTP, HTTP, PortSource.SHIPPED, "tcp/80 became free"));
    }

    @Test
    void aLeaseMovesToItsNewPinAndTheOldPortGoesToWhoWaits() {
        ask("apache2", HTTP);
        policy(20_000, 20_000);
        ask("nginx", HTTP);
        ask("caddy", HTTP);

        policy(20_000, 20_000, pin("apache2", HTTP, Port.tcp(8080)));

        assertThat(outside("apache2", HTTP)).isEqualTo(Port.tcp(8080));
        assertThat(outside("caddy", HTTP)).isEqualTo(HTTP);
        assertThat(outside("nginx", HTTP)).as("a lease stays where it is").isEqualTo(Port.tcp(20_000));
    }

    @Test
    void whenTheRangeIsUsedUpTheNextWaitsAndTheFirstToWaitIsTheFirstServed() {
        policy(20_000, 20_000);
        ask("apache2", HTTP);
        ask("nginx", HTTP);
        assertThat(ask("lighttpd", HTTP).get(0)).isInstanceOf(LeaseRefused.class);
        ask("caddy", HTTP);

        remove("nginx");

        assertThat(outside("lighttpd", HTTP)).isEqualTo(Port.tcp(20_000));
        assertThat(state.leases().waiting()).containsOnlyKeys(new Claim(root("caddy"), HTTP));
        remove("lighttpd", "caddy");
        assertThat(state.leases().waiting()).isEmpty();
    }

    @Test
    void whatAPackageNoLongerShipsIsReleasedAndWhatWasAskedForIsNot() {
        ask("apache2", HTTP, Port.tcp(443));
        ask("apache2", PortSource.ASKED, HostPorts.ALL, Port.tcp(8443));

        assertThat(ask("apache2", Port.tcp(443)))
                .containsExactly(new LeaseReleased(root("apache2"), HTTP, HTTP, "the package wants it no longer"));
        assertThat(outside("apache2", Port.tcp(8443))).isEqualTo(Port.tcp(8443));
        assertThat(take(HostDecider.release(state, HOST, root("apache2"), List.of())))
                .hasSize(2);
        assertThat(take(HostDecider.release(state, HOST, root("apache2"), List.of())))
                .isEmpty();
    }

    @Test
    void aRootThatWasAskedForAgainBeforeItsRemovalWasReportedKeepsItsLeases() {
        ask("apache2", HTTP);
        take(HostDecider.remove(state, HOST, List.of(root("apache2"))));
        Position request = new Position(1 + history.size());
        take(HostDecider.install(state, HOST, List.of(target("apache2", "2.4")), false));

        take(new ReportDecider(state, HOST)
                .decide(new RemovalCompleted(request, List.of(root("apache2")), GENERATION, true)));

        assertThat(outside("apache2", HTTP)).isEqualTo(HTTP);
    }

    @Test
    void aRootThatIsNotThereAndMoreThanTheLimitsAreRefused() {
        assertThat(refused(
                        HostDecider.lease(state, HOST, root("emacs"), PortSource.ASKED, List.of(HTTP), HostPorts.ALL)))
                .isEqualTo(Rule.ROOT_NOT_INSTALLED);
        List<Port> many = IntStream.rangeClosed(1, ResourceBroker.MAX_PORTS + 1)
                .mapToObj(Port::tcp)
                .toList();
        assertThat(refused(HostDecider.lease(state, HOST, root("apache2"), PortSource.ASKED, many, HostPorts.ALL)))
                .isEqualTo(Rule.TOO_LARGE);
        take(HostDecider.lease(
                state, HOST, root("apache2"), PortSource.ASKED, many.subList(0, many.size() - 1), HostPorts.ALL));
        assertThat(refused(HostDecider.lease(
                        state, HOST, root("apache2"), PortSource.ASKED, List.of(Port.udp(9)), HostPorts.ALL)))
                .isEqualTo(Rule.TOO_LARGE);
        assertThat(refused(new ReportDecider(state, HOST)
                        .decide(new LeaseGranted(root("apache2"), HTTP, HTTP, PortSource.ASKED, "mine"))))
                .isEqualTo(Rule.NOT_A_REPORT);
    }

    /** Whatever is asked, no port of the host is leased twice, pins are respected, and a replay gives the same leases. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noTwoLeasesShareAPortOfTheHostAndReplayGivesTheSameLeases(long seed) {
        Random random = new Random(seed);
        List<String> names = List.of("apache2", "nginx", "lighttpd", "caddy");
        for (int step = 0; step < 300; step++) {
            step(random, names.get(random.nextInt(names.size())));
            String where = "seed " + seed + ", step " + step;
            List<Port> outside = state.leases().held().values().stream()
                    .map(lease -> lease.granted().outside())
                    .toList();
            assertThat(outside).as(where).doesNotHaveDuplicates();
            assertThat(state.leases().holders().keySet()).as(where).isEqualTo(Set.copyOf(outside));
            Set<Claim> both = new TreeSet<>(state.leases().held().keySet());
            both.retainAll(state.leases().waiting().keySet());
            assertThat(both).as(where).isEmpty();
            for (Waiting waiting : state.leases().waiting().values()) {
                LeaseRefused refused = waiting.refused();
                Port pinned = state.leases().policy().pinned(refused.root(), refused.inside());
                assertThat(pinned != null && !state.leases().holders().containsKey(pinned))
                        .as(where + ": nobody waits for a pin that nobody holds")
                        .isFalse();
            }
            for (Claim claim : state.leases().held().keySet()) {
                assertThat(state.target(claim.root())).as(where).isNotNull();
            }
        }
        assertThat(host(history.toArray(new HostEvent[0])).leases()).isEqualTo(state.leases());
    }

    private void step(Random random, String name) {
        Port port = random.nextBoolean() ? Port.tcp(80 + random.nextInt(3)) : Port.udp(80);
        PortSource source = PortSource.values()[random.nextInt(3)];
        boolean present = state.target(root(name)) != null;
        switch (random.nextInt(8)) {
            case 0 -> {
                if (present) {
                    remove(name);
                }
            }
            case 1 -> {
                Pin[] pins = random.nextBoolean()
                        ? new Pin[0]
                        : new Pin[] {pin(name, Port.tcp(80), Port.tcp(80 + random.nextInt(3)))};
                policy(90, 90 + random.nextInt(3), pins);
            }
            case 2 -> take(HostDecider.release(state, HOST, root(name), List.of(port)));
            case 3 -> take(HostDecider.install(state, HOST, List.of(target(name, "1")), true));
            default -> {
                if (present) {
                    ask(name, source, HostPorts.ALL, port);
                }
            }
        }
    }

    @Test
    void thePolicyIsRecordedOnce() {
        PortPolicy policy = new PortPolicy(30_000, 30_009, List.of());
        assertThat(accepted(HostDecider.changePortPolicy(state, HOST, policy)))
                .containsExactly(new PortPolicyChanged(policy));
        policy(30_000, 30_009);
        unchanged(HostDecider.changePortPolicy(state, HOST, policy));
        assertThat(refused(HostDecider.changePortPolicy(HostState.EMPTY, HOST, policy)))
                .isEqualTo(Rule.HOST_NOT_ENROLLED);
        assertThat(refused(new ReportDecider(state, HOST).decide(new RemovalRequested(List.of(root("nginx"))))))
                .isEqualTo(Rule.NOT_A_REPORT);
    }
}

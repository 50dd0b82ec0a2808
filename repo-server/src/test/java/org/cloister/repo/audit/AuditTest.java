package org.cloister.repo.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.cloister.repo.command.Repository.accepted;
import static org.cloister.repo.command.Repository.agent;
import static org.cloister.repo.command.Repository.published;
import static org.cloister.repo.command.Repository.wanted;

import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.Keys;
import org.cloister.repo.command.Outcome;
import org.cloister.repo.command.Repository;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.RootStatus;
import org.cloister.repo.log.InMemoryEventStore;
import org.cloister.repo.log.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Given a record, when somebody asks about its past, then the answer is that of the time. */
class AuditTest {
    private static final LayerId CONFIGURED = new LayerId(Digest.ofText("configured"));
    private static final RootName HELLO = new RootName("hello");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Repository repository = new Repository(InMemoryEventStore.heavy(clock, 2));
    private final KeyPair key = Keys.generate();
    private HostId host = new HostId("h-0000000000000000");

    @BeforeEach
    void enrol() {
        accepted(repository.commands.publish(repository.administrator(), published("hello", "1")));
        host = repository.enrol("desk", key);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private Outcome.Accepted<List<RootTarget>> install(String version) {
        return accepted(repository.commands.install(
                repository.administrator(), host, List.of(wanted("hello", version, "hello")), true));
    }

    private Position report(HostEvent event) {
        return accepted(repository.commands.report(
                        repository.request(agent(host)), host, repository.report(host, key, event)))
                .last();
    }

    private Position succeeded(Outcome.Accepted<List<RootTarget>> request) {
        RootTarget target = request.answer().get(0);
        RootOutcome outcome = new RootOutcome(
                target.root(), target.requested(), target.closure().id(), CONFIGURED);
        return report(new InstallationSucceeded(request.first(), List.of(outcome), CONFIGURED.digest(), 9));
    }

    private RootStatus root(Moment moment) {
        return repository.audit.hostAt(host, moment).orElseThrow().roots().get(0);
    }

    private static Moment after(Position position) {
        return new Moment.After(position);
    }

    @Test
    void aHostIsShownAsItWasAfterEachPosition() {
        Outcome.Accepted<List<RootTarget>> first = install("1");
        Position done = succeeded(first);
        accepted(repository.commands.publish(repository.administrator(), published("hello", "2")));
        Outcome.Accepted<List<RootTarget>> second = install("2");
        Position doneToo = succeeded(second);

        assertThat(root(after(first.last())).state()).isEqualTo(RootStatus.State.REQUESTED);
        assertThat(root(after(first.last())).installed()).isNull();
        assertThat(root(after(done)).target().requested().version().text()).isEqualTo("1");
        assertThat(root(after(done)).state()).isEqualTo(RootStatus.State.INSTALLED);
        assertThat(root(after(done)).asked().by().text()).isEqualTo("alice");
        assertThat(root(after(second.last())).target().requested().version().text())
                .isEqualTo("2");
        assertThat(root(after(second.last())).installed())
                .satisfies(installed ->
                        assertThat(installed.target()).isEqualTo(first.answer().get(0)));
        assertThat(root(after(doneToo)).installed())
                .satisfies(installed ->
                        assertThat(installed.target()).isEqualTo(second.answer().get(0)));
        assertThat(root(Moment.now())).isEqualTo(root(after(doneToo)));
    }

    @Test
    void whoHeldAPortIsShownAtTheTimeAndInThePackagesHistory() {
        succeeded(install("1"));
        Position granted = accepted(repository.commands.lease(
                        repository.request(agent(host)),
                        host,
                        HELLO,
                        PortSource.SHIPPED,
                        List.of(Port.tcp(80)),
                        new HostPorts(Set.of(), 1)))
                .last();
        Position asked = accepted(repository.commands.remove(repository.administrator(), host, List.of(HELLO)))
                .first();
        report(new RemovalCompleted(asked, List.of(HELLO), CONFIGURED.digest(), true));

        assertThat(held(after(granted))).containsExactly(Port.tcp(80));
        assertThat(held(Moment.now())).isEmpty();
        // A report is answered when it is seen; what followed from it may come into the history after that.
        Awaitility.await()
                .untilAsserted(() -> assertThat(summaries("hello"))
                        .anySatisfy(line -> assertThat(line).startsWith("hello gets tcp/80 for its tcp/80"))
                        .as("given back by the removal of the root")
                        .anySatisfy(line -> assertThat(line).startsWith("hello gives tcp/80 back")));
        assertThat(summaries("libc6")).isEmpty();
    }

    private List<Port> held(Moment moment) {
        return repository.audit.hostAt(host, moment).orElseThrow().state().leases().held().values().stream()
                .map(lease -> lease.granted().outside())
                .toList();
    }

    private List<String> summaries(String packageName) {
        HistoryFilter filter = new HistoryFilter(host, new PackageName(packageName), null, null);
        return repository.audit.history(filter, Position.NONE, 100).entries().stream()
                .map(HistoryEntry::summary)
                .toList();
    }

    @Test
    void aHostIsShownAsItWasAtATime() {
        clock.set(Instant.parse("2026-01-02T00:00:00Z"));
        Position done = succeeded(install("1"));
        clock.set(Instant.parse("2026-01-03T00:00:00Z"));
        accepted(repository.commands.remove(repository.administrator(), host, List.of(HELLO)));

        assertThat(repository.audit.hostAt(host, Moment.parse("2025-12-31T23:59:59Z")))
                .isEmpty();
        assertThat(repository
                        .audit
                        .hostAt(host, Moment.parse("2026-01-01T12:00:00Z"))
                        .orElseThrow()
                        .roots())
                .isEmpty();
        assertThat(root(Moment.parse("2026-01-02T00:00:00Z"))).isEqualTo(root(after(done)));
        assertThat(root(Moment.parse("2026-01-03T01:00:00+01:00")).state()).isEqualTo(RootStatus.State.REMOVING);
    }

    @Test
    void aFailedUpgradeLeavesWhatWasThereAndTellsWhy() {
        Outcome.Accepted<List<RootTarget>> first = install("1");
        succeeded(first);
        accepted(repository.commands.publish(repository.administrator(), published("hello", "2")));
        Outcome.Accepted<List<RootTarget>> second = install("2");

        report(new InstallationFailed(second.first(), List.of(HELLO), "fetch", "disk full"));

        assertThat(root(Moment.now()).target()).isEqualTo(first.answer().get(0));
        assertThat(root(Moment.now()).state()).isEqualTo(RootStatus.State.INSTALLED);
        assertThat(root(Moment.now()).failure()).isEqualTo("fetch: disk full");
    }

    @Test
    void aFailedFirstInstallationIsShownAsFailed() {
        Outcome.Accepted<List<RootTarget>> first = install("1");

        report(new InstallationFailed(first.first(), List.of(HELLO), "configure", "postinst exited with 1"));

        assertThat(root(Moment.now()).state()).isEqualTo(RootStatus.State.FAILED);
        assertThat(root(Moment.now()).failure()).isEqualTo("configure: postinst exited with 1");
    }

    @Test
    void theHistoryTellsWhoAskedForWhatAndWhatBecameOfIt() {
        Outcome.Accepted<List<RootTarget>> first = install("1");
        Position done = succeeded(first);
        Outcome.Accepted<List<RootName>> removal =
                accepted(repository.commands.remove(repository.administrator(), host, List.of(HELLO)));

        List<HistoryEntry> entries =
                history(new HistoryFilter(host, null, null, null), 100).entries();

        assertThat(entries)
                .extracting(HistoryEntry::summary)
                .containsExactly("enrolled desk", "install hello 1 — done in 9 ms", "remove hello — not reported yet");
        assertThat(entries.get(1).recorded().position()).isEqualTo(first.first());
        assertThat(entries.get(1).outcome())
                .satisfies(outcome -> assertThat(outcome.position()).isEqualTo(done));
        assertThat(entries.get(2).recorded().position()).isEqualTo(removal.first());
    }

    @Test
    void theHistoryOfAPackageHasItsPublicationsAndEveryRequestThatHadIt() {
        install("1");
        accepted(repository.commands.remove(repository.administrator(), host, List.of(HELLO)));
        accepted(repository.commands.publish(repository.administrator(), published("jq", "1")));

        assertThat(history(new HistoryFilter(null, new PackageName("hello"), null, null), 100)
                        .entries())
                .extracting(entry -> entry.recorded().type())
                .containsExactly("PackagePublished", "InstallRequested", "RemovalRequested");
        assertThat(history(new HistoryFilter(null, new PackageName("hell"), null, null), 100)
                        .entries())
                .isEmpty();
    }

    @Test
    void pagesOfTheHistoryGoOnWhereTheLastEnded() {
        install("1");

        HistoryPage all = history(HistoryFilter.ALL, 100);
        HistoryPage page = history(HistoryFilter.ALL, 2);
        HistoryPage rest =
                repository.audit.history(HistoryFilter.ALL, java.util.Objects.requireNonNull(page.next()), 100);

        assertThat(all.next()).isNull();
        assertThat(page.entries()).hasSize(2);
        assertThat(rest.entries())
                .isEqualTo(all.entries().subList(2, all.entries().size()));
    }

    @Test
    void aMomentIsAPositionOrATime() {
        assertThat(Moment.parse("12")).isEqualTo(new Moment.After(new Position(12)));
        assertThatThrownBy(() -> Moment.parse("yesterday"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("neither a position nor a time");
    }

    private HistoryPage history(HistoryFilter filter, int limit) {
        repository.views.projection().current().toCompletableFuture().join();
        return repository.audit.history(filter, Position.NONE, limit);
    }
}

package org.cloister.repo.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.command.Repository.accepted;
import static org.cloister.repo.command.Repository.agent;
import static org.cloister.repo.command.Repository.await;
import static org.cloister.repo.command.Repository.closure;
import static org.cloister.repo.command.Repository.person;
import static org.cloister.repo.command.Repository.published;
import static org.cloister.repo.command.Repository.refused;
import static org.cloister.repo.command.Repository.wanted;

import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.RootName;
import org.cloister.events.UserEvent.IdKind;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.command.CommandService.ReportedEvent;
import org.cloister.repo.command.CommandService.SignedReport;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.decide.SystemName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Given what was commanded before, when a command, then its outcome; on an event store in memory. */
class CommandServiceTest {
    private static final LayerId CONFIGURED = new LayerId(Digest.ofText("configured"));

    private final Repository repository = new Repository();
    private final CommandService commands = repository.commands;
    private final KeyPair key = Keys.generate();

    @AfterEach
    void close() {
        repository.close();
    }

    private void publish(String name, String version) {
        accepted(commands.publish(repository.administrator(), published(name, version)));
    }

    private Outcome.Accepted<List<RootTarget>> install(HostId host, String name) {
        return accepted(commands.install(repository.administrator(), host, List.of(wanted(name)), false));
    }

    @Test
    void aPublishedPackageIsInstalledWithItsClosureInTheEvent() {
        publish("hello", "2.10");
        HostId host = repository.enrol("desk", key);

        Outcome.Accepted<List<RootTarget>> outcome = install(host, "hello");

        RootTarget target = new RootTarget(
                new RootName("hello"), published("hello", "2.10").id(), closure(published("hello", "2.10")));
        assertThat(outcome.answer()).containsExactly(target);
        assertThat(outcome.events()).containsExactly(new InstallRequested(List.of(target)));
        assertThat(outcome.last()).isEqualTo(repository.store.head());
    }

    @Test
    void theSameRequestAgainGetsTheFirstAnswerThoughTheRulesWouldRefuseItNow() {
        publish("hello", "2.10");
        HostId host = repository.enrol("desk", key);
        install(host, "hello");
        Request request = repository.administrator();
        List<RootName> hello = List.of(new RootName("hello"));
        Outcome.Accepted<List<RootName>> first = accepted(commands.remove(request, host, hello));

        Outcome.Accepted<List<RootName>> second = accepted(commands.remove(request, host, hello));

        assertThat(second)
                .isEqualTo(new Outcome.Accepted<>(
                        hello, first.first(), first.last(), first.events(), first.correlation(), true));
        assertThat(refused(commands.remove(repository.administrator(), host, hello)))
                .isEqualTo(Rule.ROOT_NOT_INSTALLED);
    }

    @Test
    void aRequestIdOfAnotherRequestIsRefused() {
        Request request = repository.administrator();
        accepted(commands.publish(request, published("hello", "1")));

        assertThat(refused(commands.registerUsers(request, List.of(new SystemName(IdKind.USER, "redis")))))
                .isEqualTo(Rule.MALFORMED_REQUEST);
        assertThat(refused(commands.publish(
                        Repository.request(
                                new Caller(new Principal("bob"), Set.of(Role.PUBLISHER), null),
                                request.id().text()),
                        published("hello", "1"))))
                .isEqualTo(Rule.MALFORMED_REQUEST);
    }

    @Test
    void aReportThatTheHostSignedIsRecordedAndOthersAreNot() {
        publish("hello", "2.10");
        HostId host = repository.enrol("desk", key);
        Outcome.Accepted<List<RootTarget>> install = install(host, "hello");
        InstallationSucceeded report = succeeded(install.first(), install.answer());
        Request request = repository.request(agent(host));

        assertThat(refused(commands.report(request, host, repository.report(host, Keys.generate(), report))))
                .isEqualTo(Rule.SIGNATURE_INVALID);
        assertThat(accepted(commands.report(request, host, repository.report(host, key, report)))
                        .answer())
                .isEqualTo(new Reported(1, List.of()));
        assertThat(await(commands.report(repository.request(agent(host)), host, repository.report(host, key, report))))
                .isInstanceOf(Outcome.Unchanged.class);
    }

    @Test
    void aReportsGoodEventsAreRecordedAndTheOthersTold() {
        publish("hello", "2.10");
        HostId host = repository.enrol("desk", key);
        Outcome.Accepted<List<RootTarget>> install = install(host, "hello");
        InstallationFailed unknown =
                new InstallationFailed(new Position(999), List.of(new RootName("hello")), "fetch", "no route");

        Reported reported = accepted(commands.report(
                        repository.request(agent(host)),
                        host,
                        repository.report(host, key, unknown, succeeded(install.first(), install.answer()))))
                .answer();

        assertThat(reported.recorded()).isEqualTo(1);
        assertThat(reported.refused()).singleElement().satisfies(left -> {
            assertThat(left.index()).isZero();
            assertThat(left.refusal().rule()).isEqualTo(Rule.REQUEST_UNKNOWN);
        });
    }

    private static InstallationSucceeded succeeded(Position request, List<RootTarget> targets) {
        List<RootOutcome> outcomes = targets.stream()
                .map(target -> new RootOutcome(
                        target.root(), target.requested(), target.closure().id(), CONFIGURED))
                .toList();
        return new InstallationSucceeded(request, outcomes, Digest.ofText("generation"), 12);
    }

    @Test
    void anAgentSpeaksForItsOwnHostOnly() {
        publish("hello", "2.10");
        HostId host = repository.enrol("desk", key);
        HostId other = repository.enrol("lap", Keys.generate());

        assertThat(refused(commands.install(repository.request(agent(other)), host, List.of(wanted("hello")), false)))
                .isEqualTo(Rule.OTHER_HOST);
        accepted(commands.install(repository.request(agent(host)), host, List.of(wanted("hello")), false));
        assertThat(refused(commands.publish(repository.request(agent(host)), published("x", "1"))))
                .isEqualTo(Rule.OTHER_HOST);
    }

    @Test
    void everyCommandNeedsItsRole() {
        HostId host = repository.enrol("desk", key);
        Request reader = repository.request(person(Role.READER));
        PackagePublished hello = published("hello", "1");
        List<CompletionStage<? extends Outcome<?>>> all = new ArrayList<>();
        all.add(commands.publish(reader, hello));
        all.add(commands.yank(reader, hello.id(), "x"));
        all.add(commands.install(reader, host, List.of(wanted("hello")), false));
        all.add(commands.remove(reader, host, List.of(new RootName("hello"))));
        all.add(commands.enrol(reader, Repository.enrolment("x", key)));
        all.add(commands.retire(reader, host, "x"));
        all.add(commands.registerUsers(reader, List.of(new SystemName(IdKind.USER, "redis"))));
        all.add(commands.configured(reader, closure(hello).id(), CONFIGURED));
        all.add(commands.issueToken(reader, new TokenOrder(new Principal("bob"), Set.of(), null, null)));

        assertThat(all).allSatisfy(outcome -> assertThat(refused(outcome)).isEqualTo(Rule.ROLE_MISSING));
    }

    @Test
    void enrolmentGivesATokenAndOnlyABuilderPassesThatRoleOn() {
        Enrolled byAdministrator = accepted(
                        commands.enrol(repository.administrator(), Repository.enrolment("desk", key)))
                .answer();
        Enrolled byOperator = accepted(commands.enrol(
                        repository.request(person(Role.OPERATOR)), Repository.enrolment("lap", Keys.generate())))
                .answer();

        assertThat(byAdministrator.token().text()).startsWith("clo_");
        assertThat(byAdministrator.token().event().roles()).containsExactly(Role.AGENT, Role.BUILDER);
        assertThat(byAdministrator.token().event().host()).isEqualTo(byAdministrator.host());
        assertThat(byOperator.token().event().roles()).containsExactly(Role.AGENT);
    }

    @Test
    void aKeyThatIsNoEd25519KeyAndAForeignSignatureAreRefused() {
        Enrolment good = Repository.enrolment("desk", key);

        assertThat(refused(commands.enrol(repository.administrator(), new Enrolment("desk", "AAAA", good.signature()))))
                .isEqualTo(Rule.KEY_INVALID);
        assertThat(refused(commands.enrol(
                        repository.administrator(), new Enrolment("other", good.publicKey(), good.signature()))))
                .isEqualTo(Rule.SIGNATURE_INVALID);
    }

    /** What waits in the queue of an older agent is in its words, which need not be those of this program. */
    @Test
    void aReportIsSignedAsItWasSent() {
        HostId host = repository.enrol("desk", key);
        HostEvent damage = new HostEvent.IntegrityViolated(Digest.ofText("object"), null, "", "other bytes");
        ReportedEvent older = new ReportedEvent(damage, "IntegrityViolated", "{\"in\":\"other words\"}");
        SignedReport signed = Repository.signed(host, key, List.of(older));
        SignedReport changed = new SignedReport(
                signed.sequence(), signed.signature(), List.of(Repository.reported(new EventCodec(), damage)));

        assertThat(refused(commands.report(repository.request(agent(host)), host, changed)))
                .isEqualTo(Rule.SIGNATURE_INVALID);
        assertThat(accepted(commands.report(repository.request(agent(host)), host, signed))
                        .answer())
                .isEqualTo(new Reported(1, List.of()));
    }

    @Test
    void aRetiredHostsTokensEnd() {
        Enrolled enrolled = accepted(commands.enrol(repository.administrator(), Repository.enrolment("desk", key)))
                .answer();

        accepted(commands.retire(repository.administrator(), enrolled.host(), "sold"));

        repository.views.projection().current().toCompletableFuture().join();
        assertThat(repository.views.tokens().find(enrolled.token().event().id()))
                .satisfies(token -> assertThat(token.valid(Repository.NOW)).isFalse());
        assertThat(refused(commands.enrol(repository.administrator(), Repository.enrolment("desk", key))))
                .isEqualTo(Rule.HOST_RETIRED);
    }

    @Test
    void noTokenIsGivenOutForAHostThatIsNotThere() {
        HostId host = repository.enrol("desk", key);
        TokenOrder forHost = new TokenOrder(new Principal("bob"), Set.of(Role.OPERATOR), host, null);
        TokenOrder forNobody =
                new TokenOrder(new Principal("bob"), Set.of(Role.OPERATOR), new HostId("h-ffffffffffffffff"), null);

        accepted(commands.issueToken(repository.administrator(), forHost));
        accepted(commands.retire(repository.administrator(), host, "sold"));

        assertThat(refused(commands.issueToken(repository.administrator(), forHost)))
                .isEqualTo(Rule.HOST_RETIRED);
        assertThat(refused(commands.issueToken(repository.administrator(), forNobody)))
                .isEqualTo(Rule.HOST_NOT_ENROLLED);
    }

    @Test
    void aTokenIsShownOnce() {
        Request request = repository.administrator();
        TokenOrder order = new TokenOrder(new Principal("bob"), Set.of(Role.OPERATOR), null, Instant.MAX);
        IssuedToken first = accepted(commands.issueToken(request, order)).answer();

        IssuedToken second = accepted(commands.issueToken(request, order)).answer();

        assertThat(first.text()).isNotNull();
        assertThat(second).isEqualTo(new IssuedToken(first.event(), null));
        accepted(commands.revokeToken(repository.administrator(), first.event().id(), "lost"));
        assertThat(await(commands.revokeToken(
                        repository.administrator(), first.event().id(), "lost")))
                .isInstanceOf(Outcome.Unchanged.class);
    }

    @Test
    void theFirstConfiguredLayerStays() {
        publish("hello", "2.10");
        HostId host = repository.enrol("desk", key);
        var closure = closure(published("hello", "2.10")).id();
        LayerId other = new LayerId(Digest.ofText("another"));
        repository.pool.add(CONFIGURED);
        assertThat(refused(commands.configured(repository.request(agent(host)), closure, other)))
                .isEqualTo(Rule.LAYER_INCOMPLETE);

        accepted(commands.configured(repository.request(agent(host)), closure, CONFIGURED));

        assertThat(await(commands.configured(repository.request(agent(host)), closure, other)))
                .isInstanceOfSatisfying(
                        Outcome.Unchanged.class,
                        unchanged -> assertThat(unchanged.answer()).isEqualTo(CONFIGURED));
    }

    @Test
    void upgradeTakesTheNewestAndLeavesWhatIsNewest() {
        publish("hello", "2.10");
        publish("jq", "1.6");
        HostId host = repository.enrol("desk", key);
        install(host, "hello");
        install(host, "jq");
        assertThat(await(commands.upgrade(repository.administrator(), host, List.of())))
                .isInstanceOf(Outcome.Unchanged.class);
        publish("jq", "1.7");

        var upgrade = accepted(commands.upgrade(repository.administrator(), host, List.of()));

        assertThat(upgrade.events())
                .containsExactly(new InstallRequested(List.of(new RootTarget(
                        new RootName("jq"), published("jq", "1.7").id(), closure(published("jq", "1.7"))))));
        assertThat(upgrade.answer()).hasSize(2);
    }

    @Test
    void upgradeNeverGoesBackToAnOlderVersionWhenTheNewerWasYanked() {
        publish("jq", "1.6");
        publish("jq", "1.7");
        HostId host = repository.enrol("desk", key);
        install(host, "jq");
        accepted(
                commands.yank(repository.administrator(), published("jq", "1.7").id(), "CVE"));

        assertThat(await(commands.upgrade(repository.administrator(), host, List.of(new RootName("jq")))))
                .isInstanceOf(Outcome.Unchanged.class);
    }

    @Test
    void racingWritersAllSucceedWhileEachNamesAnotherThing() {
        Map<String, Integer> seen = new java.util.TreeMap<>();
        List<CompletionStage<Outcome<Map<SystemName, Integer>>>> racing = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            racing.add(commands.registerUsers(
                    repository.administrator(), List.of(new SystemName(IdKind.USER, "racer" + i))));
        }

        racing.forEach(stage -> accepted(stage).answer().forEach((name, id) -> seen.put(name.name(), id)));

        assertThat(seen.values()).doesNotHaveDuplicates().hasSize(6);
    }

    @Test
    void idsAreTheSameForEveryoneForEver() {
        List<SystemName> names = List.of(new SystemName(IdKind.USER, "www-data"), new SystemName(IdKind.USER, "redis"));

        Map<SystemName, Integer> first = accepted(commands.registerUsers(repository.administrator(), names))
                .answer();

        assertThat(first).containsEntry(names.get(0), 33).containsEntry(names.get(1), 101);
        assertThat(await(commands.registerUsers(repository.administrator(), names)))
                .isInstanceOfSatisfying(
                        Outcome.Unchanged.class,
                        unchanged -> assertThat(unchanged.answer()).isEqualTo(first));
    }
}

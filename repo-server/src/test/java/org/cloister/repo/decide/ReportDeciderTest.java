package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.CONFIGURED;
import static org.cloister.repo.decide.Given.ENROLLED;
import static org.cloister.repo.decide.Given.GENERATION;
import static org.cloister.repo.decide.Given.HOST;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.host;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.root;
import static org.cloister.repo.decide.Given.target;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.GuestId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.Isolation;
import org.cloister.events.Position;
import org.cloister.events.ServiceName;
import org.junit.jupiter.api.Test;

class ReportDeciderTest {
    private static final RootTarget JQ = target("jq", "1.6");
    private static final InstallRequested REQUEST = new InstallRequested(List.of(JQ));

    private static Decision<HostEvent> report(HostState state, HostEvent event) {
        return new ReportDecider(state, HOST).decide(event);
    }

    private static InstallationSucceeded succeeded(long position, RootTarget target) {
        RootOutcome outcome = new RootOutcome(
                target.root(), target.requested(), target.closure().id(), CONFIGURED);
        return new InstallationSucceeded(new Position(position), List.of(outcome), GENERATION, 5);
    }

    private static InstallationFailed failed(long position, String root) {
        return new InstallationFailed(new Position(position), List.of(root(root)), "fetch", "disk full");
    }

    @Test
    void theOutcomeOfARequestIsRecordedOnce() {
        assertThat(accepted(report(host(REQUEST), succeeded(2, JQ)))).containsExactly(succeeded(2, JQ));
        unchanged(report(host(REQUEST, succeeded(2, JQ)), succeeded(2, JQ)));
        unchanged(report(host(REQUEST, failed(2, "jq")), failed(2, "jq")));
    }

    @Test
    void aRecordedOutcomeIsNotReplacedByAnother() {
        assertThat(refused(report(host(REQUEST, succeeded(2, JQ)), failed(2, "jq"))))
                .isEqualTo(Rule.REQUEST_CLOSED);
        assertThat(refused(report(host(REQUEST, failed(2, "jq")), succeeded(2, JQ))))
                .isEqualTo(Rule.REQUEST_CLOSED);
    }

    @Test
    void aRequestThatTheHostNeverGotHasNoOutcome() {
        assertThat(refused(report(host(REQUEST), succeeded(9, JQ)))).isEqualTo(Rule.REQUEST_UNKNOWN);
        assertThat(refused(report(host(), failed(2, "jq")))).isEqualTo(Rule.REQUEST_UNKNOWN);
    }

    @Test
    void anOutcomeIsOfTheKindOfItsRequestAndOfItsRootsAndClosures() {
        RemovalCompleted removal = new RemovalCompleted(new Position(2), List.of(root("jq")), GENERATION, true);

        assertThat(refused(report(host(REQUEST), removal))).isEqualTo(Rule.REPORT_CONTRADICTS);
        assertThat(refused(report(host(REQUEST), failed(2, "hello")))).isEqualTo(Rule.REPORT_CONTRADICTS);
        assertThat(refused(report(host(REQUEST), succeeded(2, target("jq", "1.7")))))
                .isEqualTo(Rule.REPORT_CONTRADICTS);
        assertThat(refused(report(host(REQUEST), new InstallationFailed(new Position(2), List.of(), "fetch", "x"))))
                .isEqualTo(Rule.REPORT_CONTRADICTS);
    }

    @Test
    void removalsAndRollbacksHaveOutcomesOfTheirOwn() {
        HostState removing = host(REQUEST, new RemovalRequested(List.of(root("jq"))));
        RootTarget newer = target("jq", "1.7");
        HostState rolling = host(REQUEST, new InstallRequested(List.of(newer)), new RollbackRequested(List.of(JQ)));

        accepted(report(removing, new RemovalCompleted(new Position(3), List.of(root("jq")), GENERATION, true)));
        accepted(report(removing, failed(3, "jq")));
        accepted(report(
                rolling, new RollbackCompleted(new Position(4), succeeded(4, JQ).roots(), GENERATION)));
        assertThat(refused(report(rolling, succeeded(4, JQ)))).isEqualTo(Rule.REPORT_CONTRADICTS);
    }

    @Test
    void anAgentThatStandsStillBeforeAnEventIsHeardAndItsRequestsStayOpen() {
        InstallationFailed parked = new InstallationFailed(new Position(2), List.of(), "replay", "not understood");

        accepted(report(host(REQUEST), parked));
        accepted(report(host(REQUEST, parked), succeeded(2, JQ)));
    }

    @Test
    void damageAndRepairAreRecorded() {
        IntegrityViolated violated = new IntegrityViolated(Digest.ofText("x"), root("jq"), "usr/bin/jq", "missing");

        accepted(report(host(REQUEST), violated));
        unchanged(report(host(REQUEST, violated), violated));
        IntegrityViolated elsewhere = new IntegrityViolated(Digest.ofText("x"), root("jq"), "usr/bin/j", "");
        unchanged(report(host(REQUEST, violated), elsewhere));
        accepted(report(host(REQUEST, violated), new IntegrityRestored(Digest.ofText("x"))));
        assertThat(host(REQUEST, violated, new IntegrityRestored(Digest.ofText("x")))
                        .damaged())
                .isEmpty();
    }

    @Test
    void whatBecameOfAGuestIsRecorded() {
        GuestId guest = new GuestId("jq-4711");
        GuestStarted started = new GuestStarted(root("jq"), guest, 512);
        GuestStopped stopped = new GuestStopped(root("jq"), guest, "its kernel ended: panic");

        assertThat(accepted(report(host(REQUEST), started))).containsExactly(started);
        assertThat(accepted(report(host(REQUEST, started), stopped))).containsExactly(stopped);
    }

    @Test
    void theIsolationOfServicesIsRecordedWhenItChanges() {
        ServicesIsolated guest = new ServicesIsolated(root("jq"), Isolation.GUEST);
        ServicesIsolated chroot = new ServicesIsolated(root("jq"), Isolation.CHROOT);

        unchanged(report(host(REQUEST), chroot));
        assertThat(accepted(report(host(REQUEST), guest))).containsExactly(guest);
        unchanged(report(host(REQUEST, guest), guest));
        assertThat(accepted(report(host(REQUEST, guest), chroot))).containsExactly(chroot);
        unchanged(report(host(REQUEST, guest, chroot), chroot));
    }

    @Test
    void whatServicesDoIsRecordedAndADecisionOnlyOnce() {
        ServiceName web = new ServiceName("web");
        ServiceEnabled enabled = new ServiceEnabled(root("jq"), web);
        ServiceStarted started = new ServiceStarted(root("jq"), web, 0);
        ServiceExited exited = new ServiceExited(root("jq"), web, ServiceResult.SIGNAL, "was ended by SIGKILL", true);
        ServiceDisabled disabled = new ServiceDisabled(root("jq"), web, "asked for");

        accepted(report(host(REQUEST), enabled));
        unchanged(report(host(REQUEST, enabled), enabled));
        unchanged(report(host(REQUEST), disabled));
        accepted(report(host(REQUEST, enabled), started));
        accepted(report(host(REQUEST, enabled, started), started));
        HostState state = host(REQUEST, enabled, started, exited);
        assertThat(state.services().byRoot().values())
                .singleElement()
                .satisfies(ofRoot -> assertThat(ofRoot.values()).singleElement().satisfies(service -> {
                    assertThat(service.enabled()).isTrue();
                    assertThat(service.up()).isFalse();
                    assertThat(service.exited()).isEqualTo(exited);
                }));
        accepted(report(state, disabled));
    }

    @Test
    void whatIsTheRepositorysToSayIsNotAnAgentsToReport() {
        for (HostEvent event : List.of(
                ENROLLED,
                new HostRetired(HOST, "x"),
                REQUEST,
                new RemovalRequested(List.of(root("jq"))),
                new RollbackRequested(List.of(JQ)))) {
            assertThat(refused(report(host(REQUEST), event))).isEqualTo(Rule.NOT_A_REPORT);
        }
    }

    @Test
    void aRetiredHostReportsNothing() {
        assertThat(refused(report(host(REQUEST, new HostRetired(HOST, "sold")), succeeded(2, JQ))))
                .isEqualTo(Rule.HOST_RETIRED);
    }

    @Test
    void aReportForARequestThatIsForgottenIsRefused() {
        HostState state = host(REQUEST);
        for (int i = 0; i <= HostState.MAX_REQUESTS; i++) {
            state = state.evolve(Given.at(100 + i), REQUEST);
        }

        assertThat(state.requests()).hasSize(HostState.MAX_REQUESTS);
        assertThat(refused(report(state, succeeded(2, JQ)))).isEqualTo(Rule.REQUEST_UNKNOWN);
        assertThat(state.history(root("jq")).changes()).hasSize(RootHistory.MAX_CHANGES);
    }
}

package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.ENROLLED;
import static org.cloister.repo.decide.Given.HOST;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.host;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.root;
import static org.cloister.repo.decide.Given.target;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.List;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.junit.jupiter.api.Test;

class HostDeciderTest {
    private static final RootTarget JQ_1 = target("jq", "1.6");
    private static final RootTarget JQ_2 = target("jq", "1.7");

    private static InstallRequested installed(RootTarget... targets) {
        return new InstallRequested(List.of(targets));
    }

    @Test
    void aHostIsEnrolledByWhoProvesToHoldItsKey() {
        assertThat(accepted(HostDecider.enrol(HostState.EMPTY, ENROLLED, true))).containsExactly(ENROLLED);
        assertThat(refused(HostDecider.enrol(HostState.EMPTY, ENROLLED, false))).isEqualTo(Rule.SIGNATURE_INVALID);
    }

    @Test
    void enrollingAgainChangesTheNameAtMost() {
        HostEnrolled renamed = new HostEnrolled(HOST, "desk-2", ENROLLED.publicKey());

        unchanged(HostDecider.enrol(host(), ENROLLED, true));
        assertThat(accepted(HostDecider.enrol(host(), renamed, true))).containsExactly(renamed);
        assertThat(refused(HostDecider.enrol(host(), new HostEnrolled(HOST, "desk", "OTHER"), true)))
                .isEqualTo(Rule.HOST_ID_TAKEN);
    }

    @Test
    void aRetiredHostIsAskedNothingAndDoesNotComeBack() {
        HostState retired = host(installed(JQ_1), new HostRetired(HOST, "sold"));

        assertThat(refused(HostDecider.enrol(retired, ENROLLED, true))).isEqualTo(Rule.HOST_RETIRED);
        assertThat(refused(HostDecider.install(retired, HOST, List.of(JQ_2), true)))
                .isEqualTo(Rule.HOST_RETIRED);
        assertThat(refused(HostDecider.remove(retired, HOST, List.of(root("jq")))))
                .isEqualTo(Rule.HOST_RETIRED);
        assertThat(refused(HostDecider.rollback(retired, HOST, List.of(root("jq")))))
                .isEqualTo(Rule.HOST_RETIRED);
        unchanged(HostDecider.retire(retired, HOST, "again"));
    }

    @Test
    void aHostThatNobodyEnrolledIsAskedNothing() {
        assertThat(refused(HostDecider.install(HostState.EMPTY, HOST, List.of(JQ_1), false)))
                .isEqualTo(Rule.HOST_NOT_ENROLLED);
        assertThat(refused(HostDecider.retire(HostState.EMPTY, HOST, "x"))).isEqualTo(Rule.HOST_NOT_ENROLLED);
        assertThat(HostDecider.upgradable(HostState.EMPTY, HOST, List.of()).refusal())
                .isNotNull();
    }

    @Test
    void whatIsThereAlreadyIsNotAskedForAgain() {
        RootTarget hello = target("hello", "2");

        assertThat(accepted(HostDecider.install(host(installed(JQ_1)), HOST, List.of(JQ_1, hello), false)))
                .containsExactly(installed(hello));
        unchanged(HostDecider.install(host(installed(JQ_1)), HOST, List.of(JQ_1), false));
        unchanged(HostDecider.install(host(installed(JQ_1)), HOST, List.of(JQ_1), true));
    }

    @Test
    void anotherVersionNeedsAnUpgradeOrAnotherName() {
        HostState state = host(installed(JQ_1));

        assertThat(refused(HostDecider.install(state, HOST, List.of(JQ_2), false)))
                .isEqualTo(Rule.VERSION_DIFFERS);
        assertThat(accepted(HostDecider.install(state, HOST, List.of(JQ_2), true)))
                .containsExactly(installed(JQ_2));
        RootTarget beside = target("jq-new", "jq", "1.7");
        assertThat(accepted(HostDecider.install(state, HOST, List.of(beside), false)))
                .containsExactly(installed(beside));
    }

    @Test
    void aRootThatHoldsAnotherPackageIsNeverReplaced() {
        RootTarget other = target("jq", "gojq", "1");

        assertThat(refused(HostDecider.install(host(installed(JQ_1)), HOST, List.of(other), false)))
                .isEqualTo(Rule.ROOT_TAKEN);
        assertThat(refused(HostDecider.install(host(installed(JQ_1)), HOST, List.of(other), true)))
                .isEqualTo(Rule.ROOT_TAKEN);
    }

    @Test
    void aCommandNamesEachRootOnceAndAtLeastOneAndNoScratchRoot() {
        assertThat(refused(HostDecider.install(host(), HOST, List.of(JQ_1, JQ_2), false)))
                .isEqualTo(Rule.ROOT_NAMED_TWICE);
        assertThat(refused(HostDecider.install(host(), HOST, List.of(), false))).isEqualTo(Rule.NOTHING_NAMED);
        assertThat(refused(HostDecider.install(host(), HOST, List.of(target(".build-1", "jq", "1")), false)))
                .isEqualTo(Rule.ROOT_NAME_INVALID);
    }

    @Test
    void aFailedRequestIsAsIfItHadNotBeenMade() {
        InstallationFailed failed = new InstallationFailed(new Position(3), List.of(root("jq")), "fetch", "disk full");
        HostState state = host(installed(JQ_1), installed(JQ_2), failed);

        assertThat(state.target(root("jq"))).isEqualTo(JQ_1);
        assertThat(accepted(HostDecider.install(state, HOST, List.of(JQ_2), true)))
                .containsExactly(installed(JQ_2));
    }

    @Test
    void whatALaterRequestChangedStaysWhenAnEarlierOneFails() {
        HostState state = host(
                installed(JQ_1),
                installed(JQ_2),
                new InstallationFailed(new Position(2), List.of(root("jq")), "fetch", "disk full"));

        assertThat(state.target(root("jq"))).isEqualTo(JQ_2);
        assertThat(state.history(root("jq")).previous()).isNull();
    }

    @Test
    void onlyWhatIsThereIsRemoved() {
        HostState state = host(installed(JQ_1));

        assertThat(accepted(HostDecider.remove(state, HOST, List.of(root("jq")))))
                .containsExactly(new RemovalRequested(List.of(root("jq"))));
        assertThat(refused(HostDecider.remove(state, HOST, List.of(root("jq"), root("hello")))))
                .isEqualTo(Rule.ROOT_NOT_INSTALLED);
        assertThat(refused(HostDecider.remove(
                        host(installed(JQ_1), new RemovalRequested(List.of(root("jq")))), HOST, List.of(root("jq")))))
                .isEqualTo(Rule.ROOT_NOT_INSTALLED);
    }

    @Test
    void rollingBackGoesToWhatWasThereBeforeAndFurtherBackEachTime() {
        RootTarget three = target("jq", "1.8");
        HostState state = host(installed(JQ_1), installed(JQ_2), installed(three));

        assertThat(accepted(HostDecider.rollback(state, HOST, List.of(root("jq")))))
                .containsExactly(new RollbackRequested(List.of(JQ_2)));
        HostState once = host(installed(JQ_1), installed(JQ_2), installed(three), new RollbackRequested(List.of(JQ_2)));
        assertThat(accepted(HostDecider.rollback(once, HOST, List.of(root("jq")))))
                .containsExactly(new RollbackRequested(List.of(JQ_1)));
        HostState twice = host(
                installed(JQ_1),
                installed(JQ_2),
                installed(three),
                new RollbackRequested(List.of(JQ_2)),
                new RollbackRequested(List.of(JQ_1)));
        assertThat(refused(HostDecider.rollback(twice, HOST, List.of(root("jq")))))
                .isEqualTo(Rule.NOTHING_TO_ROLL_BACK);
    }

    @Test
    void rollingBackARemovalBringsTheRootBack() {
        HostState removed = host(installed(JQ_1), new RemovalRequested(List.of(root("jq"))));

        assertThat(accepted(HostDecider.rollback(removed, HOST, List.of(root("jq")))))
                .containsExactly(new RollbackRequested(List.of(JQ_1)));
        assertThat(refused(HostDecider.rollback(removed, HOST, List.of(root("hello")))))
                .isEqualTo(Rule.ROOT_NOT_INSTALLED);
    }

    @Test
    void aFailedRollbackLeavesTheUndoListAsItWas() {
        HostState state = host(
                installed(JQ_1),
                installed(JQ_2),
                new RollbackRequested(List.of(JQ_1)),
                new InstallationFailed(new Position(4), List.of(root("jq")), "link", "x"));

        assertThat(state.target(root("jq"))).isEqualTo(JQ_2);
        assertThat(state.history(root("jq")).previous()).isEqualTo(JQ_1);
    }

    @Test
    void anUpgradeOfAllIsOfAllThatTheHostShallHave() {
        HostState state = host(installed(JQ_1, target("hello", "1")), new RemovalRequested(List.of(root("hello"))));

        assertThat(HostDecider.upgradable(state, HOST, List.of()).roots()).containsExactly(JQ_1);
        assertThat(HostDecider.upgradable(state, HOST, List.of(root("hello"))).refusal())
                .satisfies(refusal -> assertThat(refusal.rule()).isEqualTo(Rule.ROOT_NOT_INSTALLED));
        assertThat(HostDecider.upgradable(host(), HOST, List.of()).refusal()).isNull();
    }
}

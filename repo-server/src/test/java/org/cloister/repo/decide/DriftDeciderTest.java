package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.CONFIGURED;
import static org.cloister.repo.decide.Given.GENERATION;
import static org.cloister.repo.decide.Given.HOST;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.host;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.target;
import static org.cloister.repo.decide.Given.unchanged;

import java.util.List;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.HostEvent.DriftEnded;
import org.cloister.events.HostEvent.DriftFound;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.InventoryVerdict;
import org.junit.jupiter.api.Test;

class DriftDeciderTest {
    private static final RootTarget JQ = target("jq", "1.6");
    private static final InstallRequested REQUEST = new InstallRequested(List.of(JQ));
    private static final InstallationSucceeded DONE = new InstallationSucceeded(
            new Position(2),
            List.of(new RootOutcome(JQ.root(), JQ.requested(), JQ.closure().id(), CONFIGURED)),
            GENERATION,
            5);
    private static final List<Generation.Root> ROOTS = List.of(Generation.Root.of(JQ.root(), JQ.closure(), CONFIGURED));
    private static final HostInventory WHOLE = HostInventory.whole(ROOTS);
    private static final HostInventory CUT =
            new HostInventory(ROOTS, List.of(new Difference("jq/usr/bin/jq", "is not in the store")), 0);
    private static final Position NOW = new Position(3);

    private static InventoryVerdict verdict(HostState state, Position asOf, HostInventory inventory) {
        return new DriftDecider(state, HOST).verdict(asOf, inventory.digest(), false);
    }

    private static Decision<HostEvent> explained(HostState state, HostInventory inventory) {
        return new DriftDecider(state, HOST).decide(NOW, inventory.digest(), inventory);
    }

    @Test
    void aDigestIsEnoughWhileTheDiskIsAsReported() {
        HostState state = host(REQUEST, DONE);
        assertThat(verdict(state, NOW, WHOLE)).isEqualTo(InventoryVerdict.AGREES);
        unchanged(new DriftDecider(state, HOST).decide(NOW, WHOLE.digest(), null));
        assertThat(verdict(host(), NOW, HostInventory.whole(List.of()))).isEqualTo(InventoryVerdict.AGREES);
    }

    @Test
    void whatDiffersIsAskedForAndRecordedOnce() {
        HostState state = host(REQUEST, DONE);
        assertThat(verdict(state, NOW, CUT)).isEqualTo(InventoryVerdict.UNEXPLAINED);
        unchanged(new DriftDecider(state, HOST).decide(NOW, CUT.digest(), null));
        List<HostEvent> found = accepted(explained(state, CUT));
        assertThat(found).containsExactly(new DriftFound(NOW, CUT.digest(), CUT.findings(), 0));
        HostState drifted = state.evolve(at(4), found.get(0));
        assertThat(verdict(drifted, NOW, CUT)).isEqualTo(InventoryVerdict.DIFFERS);
        unchanged(explained(drifted, CUT));

        HostInventory more = new HostInventory(List.of(), CUT.findings(), 0);
        DriftFound other = (DriftFound) accepted(explained(drifted, more)).get(0);
        assertThat(other.differences()).hasSize(2);
        HostState worse = drifted.evolve(at(5), other);
        assertThat(worse.drift()).isEqualTo(new Drift(at(4), other));

        assertThat(accepted(explained(worse, WHOLE))).containsExactly(new DriftEnded(NOW));
        assertThat(worse.evolve(at(6), new DriftEnded(NOW)).drift()).isNull();
    }

    @Test
    void whileSomethingChangesNothingIsSaid() {
        assertThat(verdict(host(REQUEST), NOW, CUT)).isEqualTo(InventoryVerdict.OUTDATED);
        assertThat(verdict(host(REQUEST, DONE), new Position(2), CUT)).isEqualTo(InventoryVerdict.OUTDATED);
        HostState removing = host(REQUEST, DONE, new RemovalRequested(List.of(JQ.root())));
        assertThat(verdict(removing, NOW, WHOLE)).isEqualTo(InventoryVerdict.OUTDATED);
        unchanged(explained(removing, CUT));
    }

    @Test
    void aHostThatIsNotEnrolledHasNoDisk() {
        assertThat(refused(explained(HostState.EMPTY, WHOLE))).isEqualTo(Rule.HOST_NOT_ENROLLED);
    }
}

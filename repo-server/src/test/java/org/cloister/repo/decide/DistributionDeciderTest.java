package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.cloister.events.DistributionEvent.ReleaseFields;
import org.cloister.events.DistributionName;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.junit.jupiter.api.Test;

class DistributionDeciderTest {
    private static final DistributionName TESTING = new DistributionName("testing");
    private static final DistributionName STABLE = new DistributionName("stable");
    private static final PackageId TOOL = PackageId.of("tool", "1", "amd64");

    private static DistributionDefined definition(
            DistributionName name, boolean verbatim, List<String> components, String suite) {
        return new DistributionDefined(
                name,
                verbatim ? List.of(new MirrorName("debian")) : List.of(),
                false,
                verbatim,
                components,
                List.of(new Architecture("amd64")),
                new ReleaseFields("O", "L", suite, suite, "", null, null),
                true);
    }

    private static DistributionState defined(DistributionDefined definition) {
        return DistributionState.EMPTY.evolve(definition);
    }

    private static DistributionSnapshot snapshot(DistributionDefined definition, long position) {
        Occurrence at =
                new Occurrence(new Position(position), Instant.EPOCH, new Principal("a"), new CorrelationId("c"));
        return new DistributionSnapshot(definition, false, Contents.EMPTY, at, Instant.EPOCH);
    }

    private static Rule refused(Decision<DistributionEvent> decision) {
        return ((Decision.Refused<DistributionEvent>) decision).refusal().rule();
    }

    @Test
    void whatAptCouldNotReadIsNotDefined() {
        for (DistributionDefined bad : List.of(
                definition(TESTING, false, List.of(), "testing"),
                definition(TESTING, false, List.of("a b"), "testing"),
                definition(TESTING, false, List.of("main"), "two words"),
                definition(TESTING, false, List.of("main"), "line\nbreak"))) {
            assertThat(refused(DistributionDecider.define(DistributionState.EMPTY, bad)))
                    .isEqualTo(Rule.DISTRIBUTION_INVALID);
        }
    }

    @Test
    void theSameDefinitionAgainChangesNothingUnlessSomethingIsHeld() {
        DistributionDefined definition = definition(STABLE, false, List.of("main"), "stable");
        DistributionState state = defined(definition);
        assertThat(DistributionDecider.define(state, definition)).isInstanceOf(Decision.Unchanged.class);
        DistributionState held = state.evolve(new DistributionPromoted(TESTING, STABLE, new Position(1)));
        assertThat(DistributionDecider.define(held, definition)).isInstanceOf(Decision.Accepted.class);
    }

    @Test
    void onlyWhatIsMissingIsIncludedAndOnlyWhatIsThereIsExcluded() {
        DistributionState state = defined(definition(STABLE, false, List.of("main"), "stable"));
        Digest digest = Digest.ofText("x");
        Contents with = Contents.EMPTY.withIncluded(
                new PackagePublished(TOOL, digest, 1, new LayerId(digest), "Package: tool\n", null), "main");
        PackagesIncluded include = new PackagesIncluded(STABLE, "main", List.of(TOOL));
        PackagesExcluded exclude = new PackagesExcluded(STABLE, List.of(TOOL), "r");
        assertThat(DistributionDecider.include(state, Contents.EMPTY, include)).isInstanceOf(Decision.Accepted.class);
        assertThat(DistributionDecider.include(state, with, include)).isInstanceOf(Decision.Unchanged.class);
        assertThat(DistributionDecider.exclude(state, with, exclude)).isInstanceOf(Decision.Accepted.class);
        assertThat(refused(DistributionDecider.exclude(state, Contents.EMPTY, exclude)))
                .isEqualTo(Rule.NOT_INCLUDED);
        assertThat(refused(DistributionDecider.include(
                        state, with, new PackagesIncluded(STABLE, "contrib", List.of(TOOL)))))
                .isEqualTo(Rule.DISTRIBUTION_INVALID);
        assertThat(refused(DistributionDecider.include(DistributionState.EMPTY, null, include)))
                .isEqualTo(Rule.DISTRIBUTION_NOT_DEFINED);
    }

    @Test
    void nothingIsPromotedToWhereItHasNoPlace() {
        DistributionPromoted promotion = new DistributionPromoted(TESTING, STABLE, new Position(3));
        DistributionDefined narrow = definition(STABLE, false, List.of("main"), "stable");
        DistributionDefined wide = definition(TESTING, false, List.of("main", "contrib"), "testing");
        assertThat(refused(DistributionDecider.promote(defined(narrow), snapshot(wide, 3), promotion)))
                .isEqualTo(Rule.DISTRIBUTION_INVALID);
        assertThat(DistributionDecider.promote(
                        defined(definition(STABLE, false, List.of("contrib", "main"), "stable")),
                        snapshot(wide, 3),
                        promotion))
                .isInstanceOf(Decision.Accepted.class);
        assertThat(refused(DistributionDecider.promote(defined(narrow), null, promotion)))
                .isEqualTo(Rule.DISTRIBUTION_NOT_DEFINED);
    }

    @Test
    void aRollbackGoesToAnEarlierStateOfADefinedDistribution() {
        DistributionDefined definition = definition(STABLE, false, List.of("main"), "stable");
        DistributionRolledBack rollback = new DistributionRolledBack(STABLE, new Position(3), "r");
        DistributionSnapshot now = snapshot(definition, 5);
        assertThat(DistributionDecider.rollBack(now, snapshot(definition, 3), rollback))
                .isInstanceOf(Decision.Accepted.class);
        assertThat(refused(DistributionDecider.rollBack(now, now, rollback))).isEqualTo(Rule.NOTHING_TO_ROLL_BACK);
        assertThat(refused(DistributionDecider.rollBack(now, null, rollback))).isEqualTo(Rule.NOTHING_TO_ROLL_BACK);
        assertThat(refused(DistributionDecider.rollBack(null, null, rollback)))
                .isEqualTo(Rule.DISTRIBUTION_NOT_DEFINED);
    }

    @Test
    void whatUpstreamSignedIsNotChanged() {
        DistributionState state = defined(definition(STABLE, true, List.of("main"), "stable"));
        assertThat(refused(DistributionDecider.include(
                        state, Contents.EMPTY, new PackagesIncluded(STABLE, "main", List.of(TOOL)))))
                .isEqualTo(Rule.DISTRIBUTION_INVALID);
    }
}

package org.cloister.repo.console.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.command.Repository.closure;
import static org.cloister.repo.command.Repository.published;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.audit.HostCondition;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.HostsView.HostEntry;
import org.junit.jupiter.api.Test;

/** Given a host's events and the time, then this is how it stands with it. */
class FleetTest {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final HostId HOST = new HostId("h-0000000000000001");
    private static final RootTarget JQ =
            new RootTarget(new RootName("jq"), published("jq", "1").id(), closure(published("jq", "1")));
    private static final LayerId LAYER = new LayerId(Digest.ofText("layer"));

    private static final HostEvent ASKED = new InstallRequested(List.of(JQ));
    private static final HostEvent DONE = new InstallationSucceeded(
            new Position(2),
            List.of(new RootOutcome(JQ.root(), JQ.requested(), JQ.closure().id(), LAYER)),
            LAYER.digest(),
            7);
    private static final HostEvent FAILED =
            new InstallationFailed(new Position(2), List.of(JQ.root()), "fetch", "no space");

    private static Occurrence at(long position) {
        return new Occurrence(
                new Position(position), BEGIN.plusSeconds(position), new Principal("alice"), new CorrelationId("c"));
    }

    private static HostEntry entry(String name, HostEvent... events) {
        HostState state = HostState.EMPTY.evolve(at(1), new HostEnrolled(HOST, name, "key"));
        Instant reported = null;
        for (int i = 0; i < events.length; i++) {
            state = state.evolve(at(i + 2), events[i]);
            reported = events[i] instanceof HostEvent.Outcome ? at(i + 2).at() : reported;
        }
        return new HostEntry(HOST, state, at(1), at(events.length + 1), reported);
    }

    private static Health health(Duration later, HostEvent... events) {
        HostEntry entry = entry("desk", events);
        return Health.of(entry, HostCondition.of(entry.state()), BEGIN.plus(later));
    }

    @Test
    void aHostIsAsHealthyAsItsWorstTrouble() {
        Duration soon = Duration.ofMinutes(1);
        assertThat(health(soon)).isEqualTo(Health.NEW);
        assertThat(health(soon, ASKED)).isEqualTo(Health.WORKING);
        assertThat(health(Duration.ofHours(1), ASKED)).isEqualTo(Health.BEHIND);
        assertThat(health(Duration.ofHours(1), ASKED, DONE)).isEqualTo(Health.HEALTHY);
        assertThat(health(soon, ASKED, FAILED)).isEqualTo(Health.FAILED);
        assertThat(health(soon, ASKED, FAILED, new IntegrityViolated(Digest.ofText("x"), null, "", "")))
                .isEqualTo(Health.DAMAGED);
        assertThat(health(soon, ASKED, FAILED, new HostRetired(HOST, "gone"))).isEqualTo(Health.RETIRED);
    }

    @Test
    void whatIsNotReportedIsCountedFromTheOldestRequest() {
        HostRow row = row(entry("desk", ASKED));

        assertThat(row.condition().open()).isEqualTo(1);
        assertThat(row.condition().roots()).isEqualTo(1);
        assertThat(row.behind()).isEqualTo(99);
        assertThat(row.waits()).isNotNull();
        assertThat(row(entry("desk", ASKED, DONE)).behind()).isZero();
    }

    private static HostRow row(HostEntry entry) {
        return HostRow.of(entry, HostCondition.of(entry.state()), new Position(100), BEGIN.plusSeconds(100));
    }

    @Test
    void theWorstComeFirstAndAPageThatIsNotThereIsTheLast() {
        List<HostRow> rows = new ArrayList<>();
        IntStream.range(0, 250).forEach(i -> rows.add(row(entry("desk-" + (1000 + i)))));
        rows.add(row(entry("zz-failed", ASKED, FAILED)));

        Fleet first = Fleet.of(rows, "", null, 1, new Position(100));
        assertThat(first.rows()).hasSize(Fleet.PAGE);
        assertThat(first.rows().get(0).name()).isEqualTo("zz-failed");
        assertThat(first.pages()).isEqualTo(3);
        assertThat(Fleet.of(rows, "", null, 99, new Position(100)).page()).isEqualTo(3);
        assertThat(Fleet.of(rows, "", null, -5, new Position(100)).page()).isEqualTo(1);
        assertThat(Fleet.of(rows, " DESK-1007", null, 1, new Position(100)).rows())
                .hasSize(1);
        assertThat(Fleet.of(rows, "", Health.FAILED, 1, new Position(100)).found())
                .isEqualTo(1);
        assertThat(first.count(Health.NEW)).isEqualTo(250);
    }
}

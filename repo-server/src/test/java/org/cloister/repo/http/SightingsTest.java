package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Random;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.repo.command.Caller;
import org.junit.jupiter.api.Test;

class SightingsTest {
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    private static final HostId HOST = new HostId("h-0011223344556677");
    private static final Caller AGENT = new Caller(Principal.ofAgent(HOST), EnumSet.of(Role.AGENT), HOST);

    private final Sightings sightings = new Sightings();

    @Test
    void aHostThatNeverCameShowsNothing() {
        Sightings.Sighting none = sightings.last(HOST);
        assertThat(none.at()).isNull();
        assertThat(none.clockAheadSeconds()).isNull();
        assertThat(none.repeated()).isZero();
    }

    @Test
    void aHostsClockIsToldByWhatItSaysAndKeptUntilItSaysMore() {
        sightings.saw(AGENT, "Sun, 29 Nov 2026 15:00:00 GMT", NOW);
        assertThat(sightings.last(HOST).clockAheadSeconds()).isEqualTo(3 * 3600);
        sightings.saw(AGENT, null, NOW.plusSeconds(1));
        sightings.saw(AGENT, "yesterday", NOW.plusSeconds(2));
        assertThat(sightings.last(HOST).clockAheadSeconds()).isEqualTo(3 * 3600);
        assertThat(sightings.last(HOST).at()).isEqualTo(NOW.plusSeconds(2));
        sightings.saw(AGENT, "Thu, 01 Jan 1970 00:00:00 GMT", NOW);
        assertThat(sightings.last(HOST).clockAheadSeconds()).isEqualTo(-NOW.getEpochSecond());
    }

    @Test
    void nonsenseInPlaceOfADateIsNoDate() {
        Random random = new Random(7);
        String valid = "Sun, 29 Nov 2026 15:00:00 GMT";
        for (int i = 0; i < 5_000; i++) {
            StringBuilder date = new StringBuilder(valid);
            for (int j = 0; j <= random.nextInt(4); j++) {
                date.setCharAt(random.nextInt(date.length()), (char) (random.nextInt(96) + 32));
            }
            sightings.saw(AGENT, random.nextInt(50) == 0 ? date.toString().repeat(10_000) : date.toString(), NOW);
            assertThat(sightings.last(HOST).at()).isEqualTo(NOW);
        }
    }

    @Test
    void anAgentThatSendsItsReportsAgainUntilTheyAreAnsweredIsOneAgent() {
        report(1, "a1");
        report(1, "a1");
        report(2, "a2");
        report(2, "a2");
        assertThat(sightings.last(HOST).repeated()).isZero();
    }

    @Test
    void anAgentThatLostItsStateRepeatsANumberOnceAndATwinEachTime() {
        report(7, "a7");
        report(1, "b1");
        report(2, "b2");
        report(3, "b3");
        assertThat(sightings.last(HOST).repeated()).isOne();
        assertThat(sightings.last(HOST).repeatedAt()).isEqualTo(NOW);
        report(3, "c3");
        report(4, "b4");
        report(4, "c4");
        assertThat(sightings.last(HOST).repeated()).isEqualTo(3);
    }

    private void report(long sequence, String request) {
        sightings.reported(HOST, sequence, new RequestId(request), NOW);
    }
}

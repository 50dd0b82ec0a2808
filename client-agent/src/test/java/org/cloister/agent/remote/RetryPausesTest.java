package org.cloister.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPausesTest {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LAST = Duration.ofSeconds(30);

    @Test
    void everyPauseIsWithinItsBoundsAndLongOutagesComeToTheLongOnes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            RetryPauses pauses = new RetryPauses(FIRST, LAST, () -> random);
            Duration before = FIRST;
            Duration longest = Duration.ZERO;
            for (int i = 0; i < 100; i++) {
                Duration pause = pauses.next();
                assertThat(pause).isBetween(FIRST, LAST).isLessThanOrEqualTo(before.multipliedBy(3));
                before = pause;
                longest = pause.compareTo(longest) > 0 ? pause : longest;
            }
            assertThat(longest).as("seed " + seed).isGreaterThan(LAST.dividedBy(2));
        }
    }

    @Test
    void afterASuccessTheyBeginAnew() {
        RetryPauses pauses = RetryPauses.ofReports();
        IntStream.range(0, 50).forEach(i -> pauses.next());
        pauses.reset();
        assertThat(pauses.next()).isLessThanOrEqualTo(FIRST.multipliedBy(3));
    }

    @Test
    void thoseWhoWereCutAtOnceDoNotComeBackAtOnce() {
        Random random = new Random(1);
        long distinct = IntStream.range(0, 1_000)
                .mapToObj(host -> new RetryPauses(FIRST, LAST, () -> random).next())
                .distinct()
                .count();
        assertThat(distinct).isGreaterThan(300);
    }

    @Test
    void aTimeIsWrittenAsHttpWantsIt() {
        assertThat(HttpDate.format(Instant.parse("1994-11-06T08:49:37.9Z"))).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
    }
}

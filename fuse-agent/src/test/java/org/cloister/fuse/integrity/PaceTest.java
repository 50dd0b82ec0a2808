package org.cloister.fuse.integrity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long MEBI = 1 << 20;
    private static final long SECOND = 1_000_000_000L;

    private long slept;
    private int sleeps;

    private Pace pace(long rate) {
        return new Pace(rate, nanos -> {
            slept += nanos;
            sleeps++;
        });
    }

    @Test
    void noMoreThanTheRateIsReadOnTheAverage() throws InterruptedException {
        Pace pace = pace(8 * MEBI);
        long reading = 0;
        for (int i = 0; i < 640; i++) {
            long took = 1_000_000 + i % 7 * 100_000L;
            pace.read(MEBI / 8, took);
            reading += took;
        }
        assertThat(slept + reading).isBetween(10 * SECOND - SECOND / 50, 10 * SECOND + SECOND / 50);
    }

    @Test
    void smallFilesPayTogether() throws InterruptedException {
        Pace pace = pace(MEBI);
        for (int i = 0; i < 1024; i++) {
            pace.read(1024, 10_000);
        }
        assertThat(slept).isBetween(SECOND - SECOND / 20, SECOND);
        assertThat(sleeps).as("waking up costs").isLessThanOrEqualTo(200);
    }

    @Test
    void whereReadingIsSlowThePauseIsAsLongAsTheReading() throws InterruptedException {
        pace(1000 * MEBI).read(MEBI, 3 * SECOND);
        assertThat(slept).isEqualTo(3 * SECOND);
    }

    @Test
    void aRateOfNothingIsRefused() {
        assertThatThrownBy(() -> pace(0)).isInstanceOf(IllegalArgumentException.class);
    }
}

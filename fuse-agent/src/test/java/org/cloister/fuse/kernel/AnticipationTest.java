package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AnticipationTest {
    private long now;
    private int looks;

    @Test
    void looksOnlyAfterARequestThatCameSoon() {
        Anticipation anticipation = anticipation(2);
        anticipation.await();
        assertThat(looks).isZero();
        now += Anticipation.LONGEST_NANOS - 1;
        anticipation.came();
        anticipation.await();
        assertThat(looks).isPositive();
    }

    @Test
    void givesUpWhenNothingComesAndSleepsTheNextTime() {
        Anticipation anticipation = anticipation(2);
        anticipation.await();
        anticipation.came();
        long began = now;
        anticipation.await();
        assertThat(now - began).isBetween(Anticipation.LONGEST_NANOS, 2 * Anticipation.LONGEST_NANOS);
        anticipation.came();
        looks = 0;
        anticipation.await();
        assertThat(looks).isZero();
    }

    @Test
    void neverLooksOnTheOnlyProcessor() {
        Anticipation anticipation = anticipation(1);
        anticipation.await();
        anticipation.came();
        anticipation.await();
        assertThat(looks).isZero();
    }

    private Anticipation anticipation(int processors) {
        return new Anticipation(() -> now, this::look, processors);
    }

    private boolean look() {
        looks++;
        now += 1_000;
        return false;
    }
}

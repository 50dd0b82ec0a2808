package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TurnTest {
    private static final long PATIENCE = 30;

    private final Turn turn = new Turn(1);
    private final Turn.Seat first = turn.seat();
    private final Turn.Seat second = turn.seat();

    @AfterEach
    void end() {
        turn.end();
    }

    /** Counted down when {@code seat} may read. */
    private static CountDownLatch taken(Turn.Seat seat) {
        CountDownLatch taken = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            seat.take();
            taken.countDown();
        });
        thread.setDaemon(true);
        thread.start();
        return taken;
    }

    private static boolean happens(CountDownLatch latch) throws InterruptedException {
        return latch.await(PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void anotherReadsWhenTheTurnIsGivenAway() throws InterruptedException {
        first.take();
        first.begin();
        first.giveAway();
        assertThat(happens(taken(second))).isTrue();
    }

    @Test
    void whoAnswersAndReadsAgainKeepsTheTurn() throws InterruptedException {
        first.take();
        CountDownLatch other = taken(second);
        for (int i = 0; i < 1000; i++) {
            first.take();
            first.begin();
            first.finish();
        }
        assertThat(other.getCount()).isEqualTo(1);
        first.giveAway();
        assertThat(happens(other)).isTrue();
    }

    @Test
    void givingAwayWhatIsNotOnesOwnLetsNobodyIn() throws InterruptedException {
        first.take();
        first.giveAway();
        first.giveAway();
        assertThat(happens(taken(second))).isTrue();
        CountDownLatch third = taken(turn.seat());
        first.giveAway();
        assertThat(third.getCount()).isEqualTo(1);
        second.giveAway();
        assertThat(happens(third)).isTrue();
    }

    @Test
    void whoIsHeldUpInARequestLosesTheTurn() throws InterruptedException {
        turn.start(() -> {});
        first.take();
        first.begin();
        assertThat(happens(taken(second))).isTrue();
    }

    @Test
    void aWatcherThatWentToSleepIsWokenByTheNextRequest() throws InterruptedException {
        turn.start(() -> {});
        turn.awaitIdle();
        first.take();
        first.begin();
        assertThat(happens(taken(second))).isTrue();
    }

    @Test
    void whoWaitsForARequestKeepsTheTurn() throws InterruptedException {
        turn.start(() -> {});
        first.take();
        CountDownLatch other = taken(second);
        turn.awaitIdle();
        assertThat(other.getCount()).isEqualTo(1);
    }

    @Test
    void reliefIsCalledWhenAllAreHeldUpAndNotBefore() throws InterruptedException {
        CountDownLatch called = new CountDownLatch(1);
        Turn.Seat spare = turn.spareSeat();
        turn.start(called::countDown);
        first.take();
        first.begin();
        turn.awaitIdle();
        assertThat(called.getCount()).as("the second is free").isEqualTo(1);
        second.begin();
        assertThat(happens(called)).isTrue();
        assertThat(spare.isResting()).isTrue();
    }

    @Test
    void whoRelievesCountsUntilItIsHeldUpItself() throws InterruptedException {
        Turn.Seat spare = turn.spareSeat();
        Turn.Seat more = turn.spareSeat();
        CountDownLatch called = new CountDownLatch(2);
        turn.start(() -> {
            (called.getCount() == 2 ? spare : more).rest(false);
            called.countDown();
        });
        first.begin();
        second.begin();
        turn.awaitIdle();
        assertThat(called.getCount()).isEqualTo(1);
        assertThat(spare.take()).isTrue();
        spare.begin();
        assertThat(happens(called)).isTrue();
    }

    @Test
    void aSpareOneIsSentAwayWhenTheOthersDoWithoutIt() throws InterruptedException {
        Turn calm = new Turn(1, 1);
        Turn.Seat spare = calm.spareSeat();
        spare.rest(false);
        assertThat(spare.take()).as("nobody else wants the turn").isTrue();
        CountDownLatch other = taken(calm.seat());
        while (spare.take()) {
            Thread.onSpinWait();
        }
        assertThat(happens(other)).isTrue();
    }
}

package org.cloister.agent.remote;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * How long to wait before trying again: longer after each failure, and drawn, so that thousands of hosts whose repository went away at one
 * moment don't come back at one moment. One thread.
 */
public final class RetryPauses {
    /** Spreads those who were cut at once over about a second: some thousand hosts a core. */
    private static final Duration FIRST_OF_FOLLOWER = Duration.ofMillis(250);

    private static final Duration LAST_OF_FOLLOWER = Duration.ofSeconds(15);
    private static final Duration FIRST_OF_REPORTS = Duration.ofMillis(200);
    private static final Duration LAST_OF_REPORTS = Duration.ofSeconds(30);
    /** A pause is at most so many times the one before. */
    private static final int GROWTH = 3;

    private final long first;
    private final long last;
    private final Supplier<RandomGenerator> random;
    private long previous;

    /** Pauses between {@code first} and {@code last}. */
    RetryPauses(Duration first, Duration last, Supplier<RandomGenerator> random) {
        if (first.toMillis() < 1 || last.compareTo(first) < 0) {
            throw new IllegalArgumentException("no pauses from " + first + " to " + last);
        }
        this.first = first.toMillis();
        this.last = last.toMillis();
        this.random = random;
        this.previous = this.first;
    }

    /** Of who follows the events: 250 ms to 15 s. */
    public static RetryPauses ofFollower() {
        return new RetryPauses(FIRST_OF_FOLLOWER, LAST_OF_FOLLOWER, ThreadLocalRandom::current);
    }

    /** Of who sends reports: 200 ms to 30 s. */
    public static RetryPauses ofReports() {
        return new RetryPauses(FIRST_OF_REPORTS, LAST_OF_REPORTS, ThreadLocalRandom::current);
    }

    /** The next one, after another failure: from the first pause to three times the one before. */
    public Duration next() {
        previous = Math.min(last, random.get().nextLong(first, previous * GROWTH + 1));
        return Duration.ofMillis(previous);
    }

    /** It worked. */
    public void reset() {
        previous = first;
    }
}

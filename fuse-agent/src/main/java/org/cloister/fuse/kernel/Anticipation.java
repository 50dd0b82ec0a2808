package org.cloister.fuse.kernel;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Whether a worker looks for the next request for a moment before it sleeps. To be woken takes a processor that went idle
 * longer than most answers take (docs/adr/0032), so it looks where the last request came within that moment, and only then: a mount
 * that is seldom asked costs one look. For one thread.
 */
final class Anticipation {
    /** Twice what sleeping and being woken takes in a virtual machine. */
    static final long LONGEST_NANOS = 50_000;

    private final LongSupplier clock;
    private final BooleanSupplier asked;
    private final boolean possible;
    private boolean worthwhile;
    private long since;

    /** {@code asked}: whether a request is there; {@code processors}: with one, those who ask wait for it. */
    Anticipation(LongSupplier clock, BooleanSupplier asked, int processors) {
        this.clock = clock;
        this.asked = asked;
        this.possible = processors > 1;
    }

    /** Before the worker asks for a request and sleeps until there is one. */
    void await() {
        since = clock.getAsLong();
        if (worthwhile) {
            while (!asked.getAsBoolean() && clock.getAsLong() - since < LONGEST_NANOS) {
                Thread.onSpinWait();
            }
        }
    }

    /** A request came. */
    void came() {
        worthwhile = possible && clock.getAsLong() - since < LONGEST_NANOS;
    }
}

package org.cloister.agent.bench.fleet;

import java.util.Arrays;

/** How long each of many took. Thread-safe. */
final class Latencies {
    private static final double NANOS = 1e9;

    private long[] nanos = new long[1024];
    private int count;

    synchronized void add(long took) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = took;
    }

    synchronized int count() {
        return count;
    }

    /** Seconds that {@code share} of them took at most; NaN of none. */
    synchronized double quantile(double share) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[Math.min(count - 1, (int) Math.ceil(share * count) - 1)] / NANOS;
    }
}

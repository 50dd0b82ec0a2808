package org.cloister.repo.rehash;

import java.util.concurrent.TimeUnit;
import org.cloister.repo.pool.PoolScrub.Pace;

/** At most so many bytes in a second: a pool of 60 GB takes twenty minutes, and the disk stays free for others. */
public final class SteadyPace implements Pace {
    private static final long BYTES_PER_SECOND = 50L << 20;
    /** Shorter sleeps are never exact. */
    private static final long LEAST_NANOS = 10_000_000;

    private long ahead;
    private long last = System.nanoTime();

    @Override
    public void read(long bytes) throws InterruptedException {
        long now = System.nanoTime();
        ahead = Math.max(0, ahead - (now - last)) + bytes * 1_000_000_000L / BYTES_PER_SECOND;
        last = now;
        if (ahead > LEAST_NANOS) {
            TimeUnit.NANOSECONDS.sleep(ahead);
        }
    }
}

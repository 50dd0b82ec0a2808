package org.cloister.fuse.integrity;

/**
 * Waits so that on the average no more than a rate is read, and at least as long as the reading took: where others use the disk
 * or the processors, reading takes longer and so does the pause. For one thread.
 */
public final class Pace implements Throttle {
    private static final long NANOS = 1_000_000_000L;
    /** Shorter pauses are gathered, because waking up costs more than they give. */
    private static final long SHORTEST = 5_000_000;

    /** The clock's part. */
    public interface Idle {
        void sleep(long nanos) throws InterruptedException;
    }

    private final long rate;
    private final Idle idle;
    private long owed;

    /** @param rate bytes a second */
    public Pace(long rate, Idle idle) {
        if (rate < 1) {
            throw new IllegalArgumentException("a rate of " + rate + " bytes a second");
        }
        this.rate = rate;
        this.idle = idle;
    }

    @Override
    public void read(long bytes, long nanos) throws InterruptedException {
        owed += Math.max(Math.multiplyExact(bytes, NANOS) / rate - nanos, nanos);
        if (owed >= SHORTEST) {
            long pause = owed;
            owed = 0;
            idle.sleep(pause);
        }
    }
}

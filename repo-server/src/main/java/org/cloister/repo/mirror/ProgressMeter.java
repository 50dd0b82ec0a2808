package org.cloister.repo.mirror;

import java.time.Duration;
import org.cloister.repo.upstream.Arrivals;

/** Counts what arrives in a step and tells the listener at most five times a second. Thread-safe. */
final class ProgressMeter implements Arrivals {
    private static final long PAUSE = Duration.ofMillis(200).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final SyncListener listener;
    private final String step;
    private final long totalBytes;
    private final int totalPackages;
    private final long start = System.nanoTime();
    private long told = start - PAUSE;
    private long bytes;
    private int packages;

    ProgressMeter(SyncListener listener, String step, long totalBytes, int totalPackages) {
        this.listener = listener;
        this.step = step;
        this.totalBytes = totalBytes;
        this.totalPackages = totalPackages;
    }

    @Override
    public synchronized void arrived(long more) {
        bytes += more;
        if (System.nanoTime() - told >= PAUSE) {
            tell();
        }
    }

    synchronized void packageDone() {
        packages++;
        tell();
    }

    synchronized void tell() {
        told = System.nanoTime();
        long rate = bytes * SECOND / Math.max(1, told - start);
        listener.progress(new SyncProgress(
                step,
                null,
                bytes,
                totalBytes,
                Math.max(0, rate),
                totalPackages == 0 ? null : packages,
                totalPackages == 0 ? null : totalPackages));
    }
}

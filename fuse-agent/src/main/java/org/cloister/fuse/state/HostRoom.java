package org.cloister.fuse.state;

import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Room that no root may take from the host: a fiftieth of the disk that holds the writable layers, at most a gibibyte, so that a
 * root that fills the disk fills only what is not the host's. A disk of less than four gibibytes holds nothing else, and keeps
 * nothing. Looked at so seldom that it costs nothing, which lets a root take some hundred megabytes of it at most. For all threads.
 */
final class HostRoom {
    private static final long SMALL = 4L << 30;
    private static final long MOST = 1L << 30;
    private static final int SHARE = 50;
    private static final long LOOK_NANOS = 100_000_000;

    private final long kept;
    private final LongSupplier left;
    private final LongSupplier clock;
    private volatile long looked;
    private volatile boolean usedUp;

    /** Of the disk that {@code directory} is on. */
    static HostRoom at(Path directory) {
        return new HostRoom(
                directory.toFile().getTotalSpace(), () -> directory.toFile().getUsableSpace(), System::nanoTime);
    }

    /** {@code total} and what {@code left} gives: bytes; {@code clock}: nanoseconds. */
    HostRoom(long total, LongSupplier left, LongSupplier clock) {
        this.kept = total < SMALL ? 0 : Math.min(MOST, total / SHARE);
        this.left = left;
        this.clock = clock;
        this.looked = clock.getAsLong() - LOOK_NANOS;
    }

    /** What is left of the disk is the host's. */
    boolean isUsedUp() {
        return kept > 0 && (clock.getAsLong() - looked >= LOOK_NANOS ? isStillUsedUp() : usedUp);
    }

    /** As {@link #isUsedUp}, looked at now: room may just have been made. */
    boolean isStillUsedUp() {
        if (kept > 0) {
            looked = clock.getAsLong();
            usedUp = left.getAsLong() < kept;
        }
        return usedUp;
    }
}

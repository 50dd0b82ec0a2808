package org.cloister.fuse.kernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Which workers may wait for a request. The kernel wakes one that waits for each request; where as many wait as there are, it wakes
 * a second one while the first is about to ask for more, for nothing (docs/adr/0032). So few wait, and whoever is about to wait for
 * something else gives its turn away first. Who is held up without having said so loses it within {@link #HELD_UP_NANOS}.
 */
final class Turn {
    /** Far below the pause that a program may see, far above what an answer from memory takes. Another one may pass unseen. */
    static final long HELD_UP_NANOS = 2_000_000;

    /** Without requests for so many looks, nobody looks until there is one: an idle mount takes no time. */
    private static final int IDLE_LOOKS = 50;

    private final Semaphore free;
    private final List<Seat> seats = new CopyOnWriteArrayList<>();
    private final Thread watcher = new Thread(this::watch, "fuse-turn");
    private volatile boolean watching = true;
    private volatile boolean ended;

    /** {@code readers}: how many may wait at once. */
    Turn(int readers) {
        this.free = new Semaphore(readers);
        watcher.setDaemon(true);
    }

    /** Half of the processors: the other half is for those who ask. */
    static int readers() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** For one worker, which calls everything but {@link #giveAway}. */
    Seat seat() {
        Seat seat = new Seat();
        seats.add(seat);
        return seat;
    }

    void start() {
        watcher.start();
    }

    /** Nobody is watched any more. */
    void end() {
        ended = true;
        LockSupport.unpark(watcher);
    }

    /** Until there were no requests for so long that nobody looks any more. For tests. */
    void awaitIdle() {
        while (watching) {
            Thread.onSpinWait();
        }
    }

    /** One worker's part in it. */
    final class Seat {
        private final AtomicBoolean mine = new AtomicBoolean();
        /** Odd while a request is answered. */
        private final AtomicLong steps = new AtomicLong();
        /** What the watcher saw last. */
        private long seen;

        private Seat() {}

        /** Waits until this worker may wait for a request. */
        void take() {
            if (!mine.get()) {
                free.acquireUninterruptibly();
                mine.set(true);
            }
        }

        void begin() {
            steps.getAndIncrement();
            if (!watching) {
                watching = true;
                LockSupport.unpark(watcher);
            }
        }

        void finish() {
            steps.lazySet(steps.getPlain() + 1);
        }

        /** Another worker may read now. */
        void giveAway() {
            if (mine.get() && mine.compareAndSet(true, false)) {
                free.release();
            }
        }

        /** True when something happened since the last look. */
        private boolean look() {
            long now = steps.get();
            if (now != seen) {
                seen = now;
                return true;
            }
            if ((now & 1) == 1) {
                giveAway();
            }
            return false;
        }
    }

    private void watch() {
        int idle = 0;
        while (!ended) {
            LockSupport.parkNanos(this, HELD_UP_NANOS / 2);
            idle = look() ? 0 : idle + 1;
            if (idle > IDLE_LOOKS) {
                sleep();
                idle = 0;
            }
        }
    }

    private boolean look() {
        boolean busy = false;
        for (Seat seat : seats) {
            busy |= seat.look();
        }
        return busy;
    }

    /** What began before {@code watching} was seen to be false is seen here. */
    private void sleep() {
        watching = false;
        if (look()) {
            watching = true;
        }
        while (!watching && !ended) {
            LockSupport.park(this);
        }
    }
}

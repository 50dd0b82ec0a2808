package org.cloister.fuse.kernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Which workers may wait for a request. The kernel wakes one that waits for each request; where as many wait as there are, it wakes
 * a second one while the first is about to ask for more, for nothing (docs/adr/0032). So few wait, and whoever is about to wait for
 * something else gives its turn away first. Who is held up without having said so loses it within {@link #HELD_UP_NANOS}. When all are,
 * spare workers are called.
 */
final class Turn {
    /** Far below the pause that a program may see, far above what an answer from memory takes. Another one may pass unseen. */
    static final long HELD_UP_NANOS = 2_000_000;

    /** Without requests for so many looks, nobody looks until there is one: an idle mount takes no time. */
    private static final int IDLE_LOOKS = 50;

    /** Where there was always a free worker for so long, spare ones are not needed. */
    private static final long CALM_NANOS = 10_000_000_000L;

    private final Semaphore free;
    private final long calm;
    private final List<Seat> seats = new CopyOnWriteArrayList<>();
    private final Thread watcher = new Thread(this::watch, "fuse-turn");
    private volatile boolean watching = true;
    private volatile boolean ended;
    private volatile long lastHeldUp = System.nanoTime();
    private Runnable relief = () -> {};

    /** {@code readers}: how many may wait at once. */
    Turn(int readers) {
        this(readers, CALM_NANOS);
    }

    Turn(int readers, long calm) {
        this.free = new Semaphore(readers);
        this.calm = calm;
        watcher.setDaemon(true);
    }

    /** Half of the processors: the other half is for those who ask. */
    static int readers() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** For one worker, which calls everything but {@link #giveAway}. */
    Seat seat() {
        return add(new Seat(false));
    }

    /** For one that only works when all others are held up; it rests now. */
    Seat spareSeat() {
        return add(new Seat(true));
    }

    private Seat add(Seat seat) {
        seats.add(seat);
        return seat;
    }

    /** {@code relief} is run, on one thread and again and again, while all who do not rest are held up. */
    void start(Runnable relief) {
        this.relief = relief;
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

        private final boolean spare;
        private volatile boolean resting;
        /** What the watcher saw last. */
        private long seen;

        private boolean heldUp;

        private Seat(boolean spare) {
            this.spare = spare;
            this.resting = spare;
        }

        /** Waits until this worker may wait for a request. False: it is a spare one, and others do without it. */
        boolean take() {
            return spare ? takeIfNeeded() : mine.get() || acquired();
        }

        private boolean acquired() {
            free.acquireUninterruptibly();
            mine.set(true);
            return true;
        }

        private boolean takeIfNeeded() {
            if (System.nanoTime() - lastHeldUp > calm && free.hasQueuedThreads()) {
                giveAway();
                return false;
            }
            if (mine.get()) {
                return true;
            }
            try {
                mine.set(free.tryAcquire(calm, TimeUnit.NANOSECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return mine.get();
        }

        /** Of a spare worker: it counts as one that is there, or does not. */
        void rest(boolean rests) {
            resting = rests;
        }

        boolean isResting() {
            return resting;
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
            boolean moved = now != seen;
            seen = now;
            heldUp = !moved && (now & 1) == 1;
            if (heldUp) {
                giveAway();
            }
            return moved;
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
        boolean free = false;
        for (Seat seat : seats) {
            busy |= seat.look();
            free |= !seat.resting && !seat.heldUp;
        }
        if (!free) {
            lastHeldUp = System.nanoTime();
            relief.run();
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

package org.cloister.fuse.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import org.cloister.fuse.session.WorkerMemory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who serves while all others are held up, because a disk does not answer. Each shares the queue of another worker: the kernel gives a request to one
 * reader, and takes the answer from whoever writes it to that queue. A thread that began stays for good; its memory is given back when others do without it
 * ({@link Turn.Seat#take}).
 */
final class SpareWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(SpareWorkers.class);

    private final long stack;
    private final List<Spare> all = new ArrayList<>();
    private boolean exhausted;
    private volatile boolean ended;

    /** {@code worker} makes one that uses the memory of the number that it is given. */
    SpareWorkers(List<WorkerMemory> memory, BiFunction<Integer, Turn.Seat, Worker> worker, Turn turn, long stack) {
        this.stack = stack;
        for (int i = 0; i < memory.size(); i++) {
            all.add(new Spare(i, memory.get(i), worker, turn.spareSeat()));
        }
    }

    /** Those that had something in hand when a predecessor ended go on with it; each runs {@code resumed} then. */
    void resume(Runnable resumed) {
        for (Spare spare : all) {
            if (spare.memory.isTaken()) {
                spare.begin(resumed);
            }
        }
    }

    /** One more begins, if there is one. Called on one thread. */
    void call() {
        for (Spare spare : all) {
            if (spare.seat.isResting()) {
                exhausted = false;
                spare.begin(() -> {});
                return;
            }
        }
        if (!exhausted) {
            exhausted = true;
            LOG.warn("all {} workers wait for a disk that does not answer", KernelSession.MAX_WORKERS);
        }
    }

    /** No more begins. */
    void end() {
        ended = true;
        all.forEach(spare -> spare.called.release());
    }

    private final class Spare {
        private final int number;
        private final WorkerMemory memory;
        private final BiFunction<Integer, Turn.Seat, Worker> maker;
        private final Turn.Seat seat;
        private final Semaphore called = new Semaphore(0);
        private @Nullable Thread thread;

        private Spare(int number, WorkerMemory memory, BiFunction<Integer, Turn.Seat, Worker> maker, Turn.Seat seat) {
            this.number = number;
            this.memory = memory;
            this.maker = maker;
            this.seat = seat;
        }

        private void begin(Runnable resumed) {
            seat.rest(false);
            if (thread != null) {
                called.release();
                return;
            }
            Thread begun = new Thread(null, () -> run(resumed), "fuse-spare-" + number, stack);
            begun.setDaemon(true);
            try {
                begun.start();
                thread = begun;
            } catch (OutOfMemoryError e) {
                LOG.warn("no more workers: {}", e.getMessage());
                seat.rest(true);
            }
        }

        private void run(Runnable resumed) {
            Worker worker = maker.apply(number, seat);
            if (memory.isTaken()) {
                worker.resume();
            }
            resumed.run();
            while (!ended) {
                if (hasMemory()) {
                    if (!worker.serve()) {
                        return;
                    }
                    worker.rest();
                }
                seat.rest(true);
                called.acquireUninterruptibly();
            }
        }

        private boolean hasMemory() {
            try {
                if (!memory.isTaken()) {
                    memory.take();
                }
                return true;
            } catch (IOException e) {
                LOG.warn("no memory for one more worker: {}", e.getMessage());
                return false;
            }
        }
    }
}

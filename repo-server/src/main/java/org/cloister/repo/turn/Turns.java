package org.cloister.repo.turn;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * The right to do something that only one process at a time does. Whoever dies or is stopped while it has a turn loses it within
 * seconds; one that is stopped and wakes may go on for a moment without it, so what is done must bear that. Thread-safe.
 */
public interface Turns {
    /** Of a process that shares its database with no other: it is always its turn. */
    Turns ALONE = () -> Optional.of(() -> {});

    /** The right, until it is closed. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Empty if another process has its turn.
     *
     * @throws IOException if the database can't be asked
     */
    Optional<Turn> tryTake() throws IOException;

    /** Waits for the turn, for {@code patience} at most; then empty. */
    default Optional<Turn> take(Duration patience) throws IOException, InterruptedException {
        long until = System.nanoTime() + patience.toNanos();
        Optional<Turn> turn = tryTake();
        while (turn.isEmpty() && System.nanoTime() - until < 0) {
            Thread.sleep(POLL_MILLIS);
            turn = tryTake();
        }
        return turn;
    }

    /** Between two attempts. */
    long POLL_MILLIS = 100;
}

package org.cloister.repo.postgres;

import java.io.IOException;
import java.util.Optional;
import org.cloister.repo.turn.Turns;

/** Turns by {@link SessionLock}, among all processes of a database. */
public record SessionTurns(PostgresDatabase database, SessionLock.Task task) implements Turns {
    @Override
    public Optional<Turn> tryTake() throws IOException {
        SessionLock lock = SessionLock.open(database, task);
        boolean taken = false;
        try {
            taken = lock.tryTake();
            return taken ? Optional.of(lock::close) : Optional.empty();
        } finally {
            if (!taken) {
                lock.close();
            }
        }
    }
}

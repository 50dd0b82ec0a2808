package org.cloister.repo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.cloister.repo.log.PostgresEventStore;
import org.cloister.repo.mirror.MirrorSync;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.postgres.SessionLock;
import org.cloister.repo.postgres.SessionTurns;
import org.cloister.repo.s3.S3Settings;
import org.cloister.repo.s3.S3Store;
import org.cloister.repo.turn.Turns;

/**
 * What differs between a repository that has its services for itself and one process of several on the same database, Kafka and
 * state directory.
 *
 * @param process names this one among them; empty for one that is alone
 */
record Sharing(boolean shared, String process) {
    /** Making keys and a token takes no time; who still has the turn after this is stuck, and told so. */
    private static final Duration START_PATIENCE = Duration.ofMinutes(1);

    static Sharing of(RepoServerConfig config) {
        return new Sharing(config.isShared(), config.isShared() ? config.process() : "");
    }

    StateDirectory state(Path root) throws IOException {
        return shared ? StateDirectory.openShared(root) : StateDirectory.open(root);
    }

    PostgresEventStore store(PostgresDatabase database, Clock clock) throws IOException {
        return shared ? PostgresEventStore.openShared(database, clock) : PostgresEventStore.open(database, clock);
    }

    Pool pool(Path directory, Optional<S3Settings> bucket, Clock clock) throws IOException {
        DirectoryPool.Elsewhere elsewhere = bucket.<DirectoryPool.Elsewhere>map(
                        settings -> told -> S3Store.open(settings, told, clock))
                .orElse(null);
        return DirectoryPool.open(directory, clock, shared, elsewhere);
    }

    Turns turns(PostgresDatabase database, SessionLock.Task task) {
        return shared ? new SessionTurns(database, task) : Turns.ALONE;
    }

    /** Where artifacts arrive: two processes that fetch the same one don't write to the same file. */
    Path arriving(Path mirrors) {
        return MirrorSync.arriving(mirrors).resolve(process);
    }

    /** The turn to make what is made once, such as keys. */
    Turns.Turn start(PostgresDatabase database) throws IOException {
        try {
            return turns(database, SessionLock.Task.START)
                    .take(START_PATIENCE)
                    .orElseThrow(() -> new IOException("another repository process has been starting for "
                            + START_PATIENCE.toSeconds() + " s: see its log, or stop it, and start again"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another process starts", e);
        }
    }
}

package org.cloister.repo.postgres;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An advisory lock on a connection of its own, for what one process at a time does. The lock ends with the connection: at once when its
 * process dies, and after two seconds without a heartbeat when the process is stopped or its machine is gone. What is done by
 * {@link #connection} is done while the lock is held, or fails. Thread-safe.
 */
public final class SessionLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLock.class);

    private static final long HEARTBEAT_MILLIS = 500;
    private static final String LIMIT =
            "set idle_session_timeout = '2s'; set application_name = 'cloister %s, process %d'";
    /** A server that answers nothing for this long is gone. */
    private static final int ANSWER_MILLIS = 10_000;

    /** What is locked; numbers in the database's own space of advisory locks. */
    public enum Task {
        /** Carrying the log to Kafka. */
        RELAY(0x636c6f7265_6c6179L),
        /** Making the keys and the first token, and bringing the schema up to date. */
        START(0x636c6f7265_737461L),
        /** Making what apt reads of a distribution. */
        PUBLICATION(0x636c6f7265_617074L),
        /** Synchronizing mirrors. */
        MIRRORS(0x636c6f7265_6d6972L),
        /** Hashing everything again. */
        REHASH(0x636c6f7265_686173L);

        private final long number;

        Task(long number) {
            this.number = number;
        }

        private String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Task task;
    private final Connection connection;
    private @Nullable ScheduledExecutorService heart;

    private SessionLock(Task task, Connection connection) {
        this.task = task;
        this.connection = connection;
    }

    /** Connects; the lock isn't taken yet. The caller closes it. */
    public static SessionLock open(PostgresDatabase database, Task task) throws IOException {
        try {
            Connection connection = database.connect();
            try (Statement statement = connection.createStatement()) {
                connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
                statement.execute(
                        LIMIT.formatted(task.text(), ProcessHandle.current().pid()));
                return new SessionLock(task, connection);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw new IOException("the lock for " + task.text() + " can't be asked for", e);
        }
    }

    /** Takes the lock if nobody has it; from then on it is kept until this is closed. Asked again within two seconds, or the connection ends. */
    public synchronized boolean tryTake() throws IOException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_try_advisory_lock(?)")) {
            statement.setLong(1, task.number);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next() || !result.getBoolean(1)) {
                    return false;
                }
            }
        } catch (SQLException e) {
            throw new IOException("the lock for " + task.text() + " can't be asked for", e);
        }
        heart = Executors.newSingleThreadScheduledExecutor(beat -> {
            Thread thread = new Thread(beat, "lock-" + task.text());
            thread.setDaemon(true);
            return thread;
        });
        ScheduledFuture<?> unused =
                heart.scheduleWithFixedDelay(this::beat, HEARTBEAT_MILLIS, HEARTBEAT_MILLIS, TimeUnit.MILLISECONDS);
        return true;
    }

    private void beat() {
        try {
            check();
        } catch (IOException e) {
            LOG.warn("{}; another process may have it", e.getMessage());
            close();
        }
    }

    /** @throws IOException if the lock is lost */
    public void check() throws IOException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select 1");
        } catch (SQLException e) {
            throw new IOException("the lock for " + task.text() + " is lost", e);
        }
    }

    /** For what must be done under the lock; several threads take turns on it. */
    public Connection connection() {
        return connection;
    }

    /** Gives the lock back; the server does when it hears of it, however the connection ends. */
    @Override
    public synchronized void close() {
        if (heart != null) {
            heart.shutdown();
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("the lock's connection didn't end in order", e);
        }
    }
}

package org.cloister.repo.log;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears where the log ends when other processes append: announced by them (NOTIFY), looked up once a second in case that was missed, and
 * asked for by whoever must know it now. Goes on by itself after a failure of the database. Thread-safe.
 */
final class LogFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogFollower.class);
    private static final int LOOK_UP_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 500;
    /** A database that answers a question for one row after this is away: its machine is gone, or the network to it. */
    private static final int ANSWER_MILLIS = 10_000;

    private static final String HEAD = "select coalesce(max(position), 0) from event";

    private final PostgresDatabase database;
    private final Consumer<Position> reached;
    private final Thread thread = new Thread(this::run, "log-follower");
    private final ExecutorService asking = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "log-head");
        made.setDaemon(true);
        return made;
    });
    private final Executor atOnce = Runnable::run;

    /** Of the asking thread only: a question must not wait for those who read. */
    private @Nullable Connection kept;

    private List<CompletableFuture<Position>> askers = new ArrayList<>();
    private volatile boolean closed;

    private LogFollower(PostgresDatabase database, Consumer<Position> reached) {
        this.database = database;
        this.reached = reached;
    }

    /** @param reached is told on threads of this; must not block */
    static LogFollower start(PostgresDatabase database, Consumer<Position> reached) {
        LogFollower follower = new LogFollower(database, reached);
        follower.thread.setDaemon(true);
        follower.thread.start();
        return follower;
    }

    /** Where the log ends now; {@code reached} was told before. However many ask while one question is under way, the next answers all of them. */
    CompletionStage<Position> ask() {
        CompletableFuture<Position> asker = new CompletableFuture<>();
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new IOException("the log is being closed"));
            }
            askers.add(asker);
            if (askers.size() == 1) {
                asking.execute(this::answer);
            }
        }
        return asker;
    }

    private void answer() {
        List<CompletableFuture<Position>> answered;
        synchronized (this) {
            answered = askers;
            askers = new ArrayList<>();
        }
        try {
            Position head = asked();
            reached.accept(head);
            answered.forEach(asker -> asker.complete(head));
        } catch (SQLException e) {
            IOException failure = new IOException("the database doesn't tell where the log ends", e);
            answered.forEach(asker -> asker.completeExceptionally(failure));
        }
    }

    /** A connection that was kept may be of a server that was started anew since; then another one is asked. */
    private Position asked() throws SQLException {
        Connection former = kept;
        if (former != null) {
            try {
                return head(former);
            } catch (SQLException e) {
                LOG.debug("asking on another connection", e);
                forget();
            }
        }
        Connection fresh = database.connect();
        kept = fresh;
        fresh.setNetworkTimeout(atOnce, ANSWER_MILLIS);
        return head(fresh);
    }

    private void forget() {
        try (Connection former = kept) {
            kept = null;
        } catch (SQLException e) {
            LOG.debug("a connection didn't end in order", e);
        }
    }

    private void run() {
        while (!closed) {
            try (Connection connection = database.connect()) {
                follow(connection);
            } catch (SQLException e) {
                if (!closed) {
                    LOG.warn("the log can't be followed; trying again: {}", e.toString());
                    pause();
                }
            }
        }
    }

    private void follow(Connection connection) throws SQLException {
        connection.setNetworkTimeout(atOnce, ANSWER_MILLIS);
        try (Statement statement = connection.createStatement()) {
            statement.execute("listen " + PostgresLogSession.CHANNEL);
        }
        PGConnection notified = connection.unwrap(PGConnection.class);
        while (!closed) {
            reached.accept(head(connection));
            PGNotification[] heard = notified.getNotifications(LOOK_UP_MILLIS);
            while (!closed && heard != null && heard.length > 0) {
                reached.accept(new Position(Long.parseLong(heard[heard.length - 1].getParameter())));
                heard = notified.getNotifications(LOOK_UP_MILLIS);
            }
        }
    }

    private static Position head(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HEAD);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Position(row.getLong(1));
        }
    }

    private void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            LOG.debug("woken to end");
        }
    }

    /** Whoever asks is told; nothing is heard afterwards. */
    @Override
    public void close() {
        List<CompletableFuture<Position>> left;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            left = List.copyOf(askers);
            asking.execute(this::forget);
        }
        thread.interrupt();
        asking.shutdown();
        left.forEach(asker -> asker.completeExceptionally(new IOException("the log is being closed")));
    }
}

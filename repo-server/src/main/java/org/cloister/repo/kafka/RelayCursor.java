package org.cloister.repo.kafka;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.repo.postgres.PostgresDatabase;
import org.cloister.repo.postgres.SessionLock;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to relay, and how far the relay got, on one connection: if that ends, so does the right, and the cursor can't be
 * moved any more. It ends with its process, and two seconds after that was stopped. One thread.
 */
final class RelayCursor implements AutoCloseable {
    private static final long LOCK_POLL_MILLIS = 200;

    private final SessionLock lock;
    private final Connection connection;

    private RelayCursor(SessionLock lock) {
        this.lock = lock;
        this.connection = lock.connection();
    }

    /**
     * Where the relay stands.
     *
     * @param position everything up to here is in the topics
     */
    record Place(long epoch, Position position, TopicEnds ends) {}

    /**
     * Waits while another relay has the right.
     *
     * @param others told again and again how far the other one got
     */
    static RelayCursor open(PostgresDatabase database, Consumer<Place> others)
            throws IOException, InterruptedException {
        RelayCursor cursor = new RelayCursor(SessionLock.open(database, SessionLock.Task.RELAY));
        boolean taken = false;
        try {
            while (!cursor.lock.tryTake()) {
                others.accept(cursor.read());
                Thread.sleep(LOCK_POLL_MILLIS);
            }
            taken = true;
            return cursor;
        } finally {
            if (!taken) {
                cursor.close();
            }
        }
    }

    /** Null while another relay has the right. */
    static @Nullable RelayCursor tryOpen(PostgresDatabase database) throws IOException {
        RelayCursor cursor = new RelayCursor(SessionLock.open(database, SessionLock.Task.RELAY));
        boolean taken = false;
        try {
            taken = cursor.lock.tryTake();
            return taken ? cursor : null;
        } finally {
            if (!taken) {
                cursor.close();
            }
        }
    }

    Place read() throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select epoch, position, topics from relay_cursor")) {
            if (!row.next()) {
                throw new IOException("the table relay_cursor has lost its row; restore the database");
            }
            return new Place(row.getLong(1), new Position(row.getLong(2)), TopicEnds.parse(row.getString(3)));
        } catch (SQLException e) {
            throw new IOException("the relay's cursor can't be read", e);
        }
    }

    /** Where the log ends, whoever appended. */
    Position head() throws IOException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select coalesce(max(position), 0) from event")) {
            row.next();
            return new Position(row.getLong(1));
        } catch (SQLException e) {
            throw new IOException("the log's end can't be read", e);
        }
    }

    /** Durable on return. */
    void move(Place place) throws IOException {
        try (PreparedStatement update =
                connection.prepareStatement("update relay_cursor set epoch = ?, position = ?, topics = ?")) {
            update.setLong(1, place.epoch());
            update.setLong(2, place.position().value());
            update.setString(3, place.ends().text());
            update.executeUpdate();
        } catch (SQLException e) {
            throw new IOException("the relay's cursor can't be moved", e);
        }
    }

    /**
     * Begins a new epoch, from the first position. Returns its number: the time in milliseconds, because a database that comes from a backup
     * doesn't know which numbers were used since.
     */
    long begin(String reason, TopicEnds ends) throws IOException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into epoch (epoch, reason)"
                        + " select greatest(max(epoch) + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint), ? from epoch returning epoch")) {
            insert.setString(1, reason);
            ResultSet row = insert.executeQuery();
            row.next();
            long epoch = row.getLong(1);
            move(new Place(epoch, Position.NONE, ends));
            return epoch;
        } catch (SQLException e) {
            throw new IOException("an epoch can't be begun", e);
        }
    }

    /** Throws if the right is lost. */
    void check() throws IOException {
        lock.check();
    }

    @Override
    public void close() {
        lock.close();
    }
}

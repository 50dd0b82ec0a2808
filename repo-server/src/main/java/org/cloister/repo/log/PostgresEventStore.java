package org.cloister.repo.log;

import static org.cloister.sql.generated.Tables.REQUEST;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jooq.exception.DataAccessException;

/** The log in PostgreSQL. One open store for a database: another one, here or in another process, waits until this is closed. */
public final class PostgresEventStore implements EventStore, AutoCloseable {
    private static final Page ALL = Page.of("position", "");
    private static final Page STREAM = Page.of("stream_version", "stream = ? and");

    private final PostgresDatabase database;
    private final EventSequencer sequencer;

    private PostgresEventStore(PostgresDatabase database, EventSequencer sequencer) {
        this.database = database;
        this.sequencer = sequencer;
    }

    /** Opens the log of a database, as its only writer: waits while another writes. Closing the store leaves the database open. */
    public static PostgresEventStore open(PostgresDatabase database, Clock clock) throws IOException {
        EventSequencer sequencer = new EventSequencer(PostgresLogSession.of(database), clock);
        sequencer.start();
        return new PostgresEventStore(database, sequencer);
    }

    @Override
    public CompletionStage<AppendResult> append(Append command) {
        return sequencer.append(command);
    }

    @Override
    public Position head() {
        return sequencer.head();
    }

    @Override
    public Registration onAppended(Consumer<Position> listener) {
        return sequencer.onAppended(listener);
    }

    @Override
    public Optional<AppendResult.Repeated> find(RequestId request) {
        try {
            return database.dsl()
                    .select(REQUEST.FIRST_POSITION, REQUEST.LAST_POSITION)
                    .from(REQUEST)
                    .where(REQUEST.ID.eq(request.text()))
                    .fetchOptional(
                            row -> new AppendResult.Repeated(new Position(row.value1()), new Position(row.value2())));
        } catch (DataAccessException e) {
            throw new UncheckedIOException(new IOException("the answer can't be read", e));
        }
    }

    @Override
    public List<RecordedEvent> readAll(Position after, int limit) {
        return read(ALL, limit, statement -> {
            statement.setLong(1, after.value());
            return 2;
        });
    }

    @Override
    public List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
        return read(STREAM, limit, statement -> {
            statement.setString(1, stream.toString());
            statement.setLong(2, afterVersion);
            return 3;
        });
    }

    /** Sets where to read from, and returns the number of the next parameter. */
    private interface Start {
        int bind(PreparedStatement statement) throws SQLException;
    }

    private List<RecordedEvent> read(Page page, int limit, Start start) {
        if (limit < 1 || limit > MAX_READ) {
            throw new IllegalArgumentException("a read returns 1 to " + MAX_READ + " events, not " + limit);
        }
        try (Connection connection = database.dataSource().getConnection()) {
            int count = limit == 1 ? 1 : withinWeight(connection, page, limit, start);
            try (PreparedStatement statement = connection.prepareStatement(page.rows())) {
                statement.setInt(start.bind(statement), count);
                try (ResultSet rows = statement.executeQuery()) {
                    return EventRows.read(rows);
                }
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("the log can't be read", e));
        }
    }

    /** How many events weigh no more than a read may, at least one; weighing all of them first is cheap, and nearly always enough. */
    private static int withinWeight(Connection connection, Page page, int limit, Start start) throws SQLException {
        try (PreparedStatement weigh = connection.prepareStatement(page.weight())) {
            weigh.setInt(start.bind(weigh), limit);
            if (number(weigh) <= MAX_READ_BYTES) {
                return limit;
            }
        }
        try (PreparedStatement count = connection.prepareStatement(page.lightEnough())) {
            int next = start.bind(count);
            count.setInt(next, limit);
            count.setLong(next + 1, MAX_READ_BYTES);
            return (int) Math.max(1, number(count));
        }
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /** The queries of one page: its rows, their weight, and how many of them from the first stay within a weight. */
    private record Page(String rows, String weight, String lightEnough) {
        static Page of(String order, String condition) {
            String page = " from event where " + condition + " " + order + " > ? order by " + order + " limit ?";
            return new Page(
                    "select position, stream, stream_version, type, schema, recorded_at, principal, correlation, payload"
                            + page,
                    "select coalesce(sum(octet_length(payload)), 0) from (select payload" + page + ") as page",
                    "select count(*) from (select sum(octet_length(payload)) over (order by " + order
                            + ") as weight from (select payload, " + order + page
                            + ") as page) as weighed where weight <= ?");
        }
    }

    /** Appends what waits, then closes. The database stays open. */
    @Override
    public void close() {
        sequencer.close();
    }
}

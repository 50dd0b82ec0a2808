package org.cloister.repo.log;

import static org.cloister.sql.generated.Tables.REQUEST;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.postgres.PostgresDatabase;
import org.jooq.exception.DataAccessException;

/**
 * The log in PostgreSQL. Others may be open on the same database, here and in other processes; all of them append, one batch at a time
 * ({@link LogSession}).
 */
public final class PostgresEventStore implements EventStore, AutoCloseable {
    private static final Page ALL =
            Page.of("position", "select " + Page.COLUMNS + " from event where position > ? order by position limit ?");
    private static final Page STREAM = Page.of(
            "stream_version",
            "select " + Page.COLUMNS
                    + " from event where stream = ? and stream_version > ? order by stream_version limit ?");
    private static final Page AT = Page.of(
            "position",
            "select " + Page.COLUMNS + " from event where position = any(?::bigint[]) order by position limit ?");
    /** The next ones of each stream and of each kind, each found by an index, and of all these the first. */
    private static final Page SELECTED = Page.of(
            "position",
            "select * from (select next.* from unnest(?::text[]) as wanted(name) cross join lateral (select "
                    + Page.COLUMNS + " from event where stream = wanted.name and stream_version >"
                    + " stream_version_at(wanted.name, ?) order by stream_version limit ?) as next"
                    + " union all select next.* from unnest(?::text[]) as wanted(kind) cross join lateral (select "
                    + Page.COLUMNS + " from event where split_part(stream, ':', 1) = wanted.kind and position > ?"
                    + " order by position limit ?) as next) as each_next order by position limit ?");

    /** Times beyond these are those of no event, and PostgreSQL hasn't all of them. */
    private static final Instant FIRST_TIME = Instant.parse("1970-01-01T00:00:00Z");

    private static final Instant LAST_TIME = Instant.parse("9999-12-31T23:59:59Z");

    private final PostgresDatabase database;
    private final EventSequencer sequencer;
    private final Optional<LogFollower> follower;

    private PostgresEventStore(PostgresDatabase database, EventSequencer sequencer, Optional<LogFollower> follower) {
        this.database = database;
        this.sequencer = sequencer;
        this.follower = follower;
    }

    /** Opens the log of a database that nobody else writes to: {@link #head} is the end. Closing the store leaves the database open. */
    public static PostgresEventStore open(PostgresDatabase database, Clock clock) throws IOException {
        return new PostgresEventStore(database, started(database, clock, false), Optional.empty());
    }

    /** The same where others may write: what they append is heard of, and {@link #latest} asks the database. */
    public static PostgresEventStore openShared(PostgresDatabase database, Clock clock) throws IOException {
        EventSequencer sequencer = started(database, clock, true);
        LogFollower follower = LogFollower.start(database, sequencer::advance);
        return new PostgresEventStore(database, sequencer, Optional.of(follower));
    }

    private static EventSequencer started(PostgresDatabase database, Clock clock, boolean announcing)
            throws IOException {
        EventSequencer sequencer = new EventSequencer(PostgresLogSession.of(database, announcing), clock);
        sequencer.start();
        return sequencer;
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
    public CompletionStage<Position> latest() {
        return follower.map(LogFollower::ask).orElseGet(() -> CompletableFuture.completedFuture(head()));
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
        return read(ALL, limit, (statement, count) -> {
            statement.setLong(1, after.value());
            statement.setInt(2, count);
            return 3;
        });
    }

    @Override
    public List<RecordedEvent> readSelected(StreamSelection selection, Position after, int limit) {
        if (selection.isAll()) {
            return readAll(after, limit);
        }
        String[] streams = selection.streams().stream().map(StreamId::toString).toArray(String[]::new);
        String[] kinds = selection.kinds().stream().map(StreamId.Kind::text).toArray(String[]::new);
        return read(SELECTED, limit, (statement, count) -> {
            statement.setObject(1, streams);
            statement.setLong(2, after.value());
            statement.setInt(3, count);
            statement.setObject(4, kinds);
            statement.setLong(5, after.value());
            statement.setInt(6, count);
            statement.setInt(7, count);
            return 8;
        });
    }

    @Override
    public List<RecordedEvent> readAt(SortedSet<Position> positions) {
        if (positions.isEmpty()) {
            return List.of();
        }
        Long[] some = positions.stream().limit(MAX_READ).map(Position::value).toArray(Long[]::new);
        return read(AT, some.length, (statement, count) -> {
            statement.setObject(1, some);
            statement.setInt(2, count);
            return 3;
        });
    }

    @Override
    public List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit) {
        return read(STREAM, limit, (statement, count) -> {
            statement.setString(1, stream.toString());
            statement.setLong(2, afterVersion);
            statement.setInt(3, count);
            return 4;
        });
    }

    @Override
    public NewestEvents readNewest(EventFilter filter, Position before, int limit) {
        Position end = head().next();
        NewestQuery query = new NewestQuery(filter, before.isAfter(end) ? end : before);
        Page page = Page.of(query.order(), query.rows(Page.COLUMNS));
        List<RecordedEvent> found = read(page, limit + 1, query::bind);
        if (found.size() > limit) {
            found = found.subList(0, limit);
            return new NewestEvents(found, found.get(limit - 1).position());
        }
        Position last = found.isEmpty() ? before : found.get(found.size() - 1).position();
        NewestQuery rest = query.from(last);
        boolean cut = !found.isEmpty()
                && !read(Page.of(rest.order(), rest.rows(Page.COLUMNS)), 1, rest::bind)
                        .isEmpty();
        return new NewestEvents(found, cut ? last : query.unexamined());
    }

    @Override
    public long versionAt(StreamId stream, Position position) {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement("select stream_version_at(?, ?)")) {
            statement.setString(1, stream.toString());
            statement.setLong(2, position.value());
            return number(statement);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("the log can't be read", e));
        }
    }

    @Override
    public Position positionAt(Instant time) {
        Position head = head();
        if (time.isBefore(FIRST_TIME) || time.isAfter(LAST_TIME)) {
            return time.isBefore(FIRST_TIME) ? Position.NONE : head;
        }
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement statement = connection.prepareStatement("select position_at(?)")) {
            statement.setObject(1, time.atOffset(ZoneOffset.UTC));
            Position found = new Position(number(statement));
            return found.isAfter(head) ? head : found;
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("the log can't be read", e));
        }
    }

    /** Sets where to read from and how many, and returns the number of the next parameter. */
    private interface Start {
        int bind(PreparedStatement statement, int count) throws SQLException;
    }

    private List<RecordedEvent> read(Page page, int limit, Start start) {
        if (limit < 1 || limit > MAX_READ) {
            throw new IllegalArgumentException("a read returns 1 to " + MAX_READ + " events, not " + limit);
        }
        try (Connection connection = database.dataSource().getConnection()) {
            int count = limit == 1 ? 1 : withinWeight(connection, page, limit, start);
            try (PreparedStatement statement = connection.prepareStatement(page.rows())) {
                start.bind(statement, count);
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
            start.bind(weigh, limit);
            if (number(weigh) <= MAX_READ_BYTES) {
                return limit;
            }
        }
        try (PreparedStatement count = connection.prepareStatement(page.lightEnough())) {
            count.setLong(start.bind(count, limit), MAX_READ_BYTES);
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
        private static final String COLUMNS =
                "position, stream, stream_version, type, schema, recorded_at, principal, correlation, payload";

        static Page of(String order, String rows) {
            return new Page(
                    rows,
                    "select coalesce(sum(octet_length(payload)), 0) from (" + rows + ") as page",
                    "select count(*) from (select sum(octet_length(payload)) over (order by " + order
                            + ") as weight from (" + rows + ") as page) as weighed where weight <= ?");
        }
    }

    /** Appends what waits, then closes. The database stays open. */
    @Override
    public void close() {
        sequencer.close();
        follower.ifPresent(LogFollower::close);
    }
}

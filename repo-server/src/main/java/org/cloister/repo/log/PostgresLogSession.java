package org.cloister.repo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.postgres.PostgresDatabase;

/**
 * Writes the log on one connection that also holds the writer's advisory lock: if the connection ends, so does the right to write,
 * and with it whatever was under way. A batch is one statement, which is its own transaction.
 */
final class PostgresLogSession implements LogSession {
    /** Advisory lock of the log's writer, in the database's own space of locks. */
    private static final long WRITER_LOCK = 0x636c6f6973746572L;

    private static final long LOCK_POLL_MILLIS = 100;
    private static final String INTEGRITY_VIOLATION = "23";
    private static final String MALFORMED_VALUE = "22";

    private static final String INSERT = """
            with new_event as (
                insert into event (position, stream, stream_version, type, schema, payload, payload_hash, recorded_at,
                                   principal, correlation, leaf_hash)
                select position, stream, stream_version, type, schema, payload, payload_hash, ?::timestamptz,
                       principal, correlation, leaf_hash
                from unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::integer[], ?::text[], ?::bytea[],
                            ?::text[], ?::text[], ?::bytea[])
                     as row(position, stream, stream_version, type, schema, payload, payload_hash, principal,
                            correlation, leaf_hash)
            ), new_request as (
                insert into request (id, first_position, last_position)
                select * from unnest(?::text[], ?::bigint[], ?::bigint[])
            )
            insert into merkle_subtree (level, subtree_index, hash)
            select * from unnest(?::smallint[], ?::bigint[], ?::bytea[])
            """;
    private static final String VERSIONS = """
            select stream, (select stream_version from event
                            where event.stream = wanted.stream order by stream_version desc limit 1)
            from unnest(?::text[]) as wanted(stream)
            """;
    private static final String ANSWERS = "select id, first_position, last_position from request where id = any(?)";
    private static final String LAST = "select position, recorded_at from event order by position desc limit 1";

    private final Connection connection;

    private PostgresLogSession(Connection connection) {
        this.connection = connection;
    }

    /** Sessions of this database. */
    static Source of(PostgresDatabase database) {
        return () -> open(database);
    }

    private static LogSession open(PostgresDatabase database) throws IOException, InterruptedException {
        Connection connection;
        try {
            connection = database.connect();
        } catch (SQLException e) {
            throw new IOException("the database can't be reached", e);
        }
        try {
            while (!tryLock(connection)) {
                Thread.sleep(LOCK_POLL_MILLIS);
            }
            return new PostgresLogSession(connection);
        } catch (SQLException | InterruptedException e) {
            closeQuietly(connection);
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw new IOException("the writer's lock can't be taken", e);
        }
    }

    private static boolean tryLock(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select pg_try_advisory_lock(?)")) {
            statement.setLong(1, WRITER_LOCK);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    @Override
    public Tail tail() throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(LAST);
                ResultSet last = statement.executeQuery()) {
            if (!last.next()) {
                return new Tail(new MerkleFrontier(), Instant.EPOCH);
            }
            MerkleFrontier frontier = new MerkleLog(new PostgresTiles(() -> connection)).frontier(last.getLong(1));
            return new Tail(frontier, last.getObject(2, OffsetDateTime.class).toInstant());
        } catch (SQLException | UncheckedIOException e) {
            throw new IOException("the log's end can't be read", e);
        }
    }

    @Override
    public Map<StreamId, Long> versions(Collection<StreamId> streams) throws IOException {
        Map<StreamId, Long> versions = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(VERSIONS)) {
            statement.setArray(1, connection.createArrayOf("text", texts(streams)));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    versions.put(StreamId.parse(rows.getString(1)), rows.getLong(2));
                }
            }
        } catch (SQLException e) {
            throw new IOException("versions can't be read", e);
        }
        return versions;
    }

    @Override
    public Map<RequestId, AppendResult.Repeated> answers(Collection<RequestId> requests) throws IOException {
        Map<RequestId, AppendResult.Repeated> answers = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(ANSWERS)) {
            statement.setArray(1, connection.createArrayOf("text", texts(requests)));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    answers.put(
                            new RequestId(rows.getString(1)),
                            new AppendResult.Repeated(new Position(rows.getLong(2)), new Position(rows.getLong(3))));
                }
            }
        } catch (SQLException e) {
            throw new IOException("answers can't be read", e);
        }
        return answers;
    }

    @Override
    public void commit(Batch batch) throws IOException, ContradictionException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, batch);
            statement.executeUpdate();
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state != null && (state.startsWith(INTEGRITY_VIOLATION) || state.startsWith(MALFORMED_VALUE))) {
                throw new ContradictionException("the batch contradicts the log", e);
            }
            throw new IOException("a batch could not be written", e);
        }
    }

    private void bind(PreparedStatement statement, Batch batch) throws SQLException {
        List<Batch.Row> rows = batch.rows();
        List<Batch.Answer> answers = batch.answers();
        List<MerkleFrontier.Subtree> subtrees = batch.subtrees();
        statement.setObject(1, batch.recordedAt().atOffset(ZoneOffset.UTC));
        array(statement, 2, "bigint", rows, Batch.Row::position);
        array(statement, 3, "text", rows, Batch.Row::stream);
        array(statement, 4, "bigint", rows, Batch.Row::version);
        array(statement, 5, "text", rows, row -> row.payload().encoded().type());
        array(statement, 6, "integer", rows, row -> row.payload().encoded().schema());
        array(statement, 7, "text", rows, row -> row.payload().encoded().payload());
        array(statement, 8, "bytea", rows, row -> row.payload().hash());
        array(statement, 9, "text", rows, Batch.Row::principal);
        array(statement, 10, "text", rows, Batch.Row::correlation);
        array(statement, 11, "bytea", rows, Batch.Row::leafHash);
        array(statement, 12, "text", answers, answer -> answer.request().text());
        array(statement, 13, "bigint", answers, Batch.Answer::first);
        array(statement, 14, "bigint", answers, Batch.Answer::last);
        array(statement, 15, "smallint", subtrees, subtree -> (short) subtree.level());
        array(statement, 16, "bigint", subtrees, MerkleFrontier.Subtree::index);
        array(statement, 17, "bytea", subtrees, MerkleFrontier.Subtree::hash);
    }

    private <T> void array(
            PreparedStatement statement, int index, String type, List<T> values, Function<T, Object> column)
            throws SQLException {
        statement.setArray(index, connection.createArrayOf(type, typed(type, values, column)));
    }

    /** The driver sends arrays of exact element types in binary form. */
    private static <T> Object[] typed(String type, List<T> values, Function<T, Object> column) {
        Object[] target = switch (type) {
            case "bigint" -> new Long[values.size()];
            case "integer" -> new Integer[values.size()];
            case "smallint" -> new Short[values.size()];
            case "bytea" -> new byte[values.size()][];
            default -> new String[values.size()];
        };
        for (int i = 0; i < target.length; i++) {
            target[i] = column.apply(values.get(i));
        }
        return target;
    }

    private static String[] texts(Collection<?> values) {
        return values.stream().map(Object::toString).toArray(String[]::new);
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }

    /** The server ends the session with the connection, however that went. */
    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // Nothing depends on it.
        }
    }
}

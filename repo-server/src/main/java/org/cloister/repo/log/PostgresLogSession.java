package org.cloister.repo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.cloister.events.Position;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;
import org.cloister.repo.postgres.PostgresDatabase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the log on one connection. A batch is one statement, which waits for the writers' advisory lock and is its own transaction; in a
 * turn the transaction begins with the lock instead. Either way the lock ends with the transaction, and the server ends a transaction
 * whose client does nothing. What decides is the primary key of positions: no two batches can stand at one place.
 */
final class PostgresLogSession implements LogSession {
    /** The channel on which each batch is announced, with its last position. */
    static final String CHANNEL = "cloister_log";

    /** Advisory lock of the log's writers, in the database's own space of locks. */
    private static final long WRITER_LOCK = 0x636c6f6973746572L;

    /**
     * Whoever is stopped in its turn loses it after two seconds. A lock that is older than any batch takes to write is trouble, and told.
     */
    private static final String LIMITS =
            "set idle_in_transaction_session_timeout = '2s'; set lock_timeout = '15s'; set application_name = 'cloister log'";

    private static final String TURN = "select pg_advisory_xact_lock(" + WRITER_LOCK + ")";
    private static final String INTEGRITY_VIOLATION = "23";
    private static final String MALFORMED_VALUE = "22";

    /** Everything is selected from {@code turn}: nothing is written, and so nobody is waited for, before the lock is there. */
    private static final String INSERT = """
            with turn as materialized (select pg_advisory_xact_lock(?)), new_event as (
                insert into event (position, stream, stream_version, type, schema, payload, payload_hash, recorded_at,
                                   principal, correlation, leaf_hash)
                select position, stream, stream_version, type, schema, payload, payload_hash, ?::timestamptz,
                       principal, correlation, leaf_hash
                from turn, unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::integer[], ?::text[], ?::bytea[],
                            ?::text[], ?::text[], ?::bytea[])
                     as row(position, stream, stream_version, type, schema, payload, payload_hash, principal,
                            correlation, leaf_hash)
            ), new_request as (
                insert into request (id, first_position, last_position)
                select given.* from turn, unnest(?::text[], ?::bigint[], ?::bigint[]) as given(id, first_position, last_position)
            ), new_subtree as (
                insert into merkle_subtree (level, subtree_index, hash)
                select given.* from turn, unnest(?::smallint[], ?::bigint[], ?::bytea[]) as given(level, subtree_index, hash)
            )
            select pg_notify(?, ?) from turn where ?
            """;

    private static final String VERSIONS = """
            select stream, (select stream_version from event
                            where event.stream = wanted.stream order by stream_version desc limit 1)
            from unnest(?::text[]) as wanted(stream)
            """;
    private static final String ANSWERS = "select id, first_position, last_position from request where id = any(?)";
    private static final String AFTER =
            "select stream, stream_version, leaf_hash, recorded_at from event where position > ? order by position limit ?";
    private static final String PARTITIONS = "select event_partition_ahead(?)";
    private static final String LAST = "select position, recorded_at from event order by position desc limit 1";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresLogSession.class);

    private final Connection connection;
    private final boolean announcing;
    /** The last position that this session knows of. */
    private long seen;
    /** The first position for which there is no partition, as far as this session knows. */
    private long partitionsEnd;
    /** From this position on it asks for more of them. */
    private long askFrom;

    private PostgresLogSession(Connection connection, boolean announcing) {
        this.connection = connection;
        this.announcing = announcing;
    }

    /**
     * Sessions of this database.
     *
     * @param announcing whether other processes are to hear of each batch
     */
    static Source of(PostgresDatabase database, boolean announcing) {
        return () -> open(database, announcing);
    }

    private static LogSession open(PostgresDatabase database, boolean announcing) throws IOException {
        Connection connection;
        try {
            connection = database.connect();
        } catch (SQLException e) {
            throw new IOException("the database can't be reached", e);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(LIMITS);
            return new PostgresLogSession(connection, announcing);
        } catch (SQLException e) {
            closeQuietly(connection);
            throw new IOException("the database can't be written to", e);
        }
    }

    @Override
    public void begin() throws IOException {
        try {
            partitionsAhead(seen);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute(TURN);
            }
        } catch (SQLException e) {
            throw new IOException("the turn to write doesn't come", e);
        }
    }

    @Override
    public void end() throws IOException {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
                partitionsEnd = 0; // those that were made in the turn are gone with it
            }
        } catch (SQLException e) {
            throw new IOException("the turn to write can't be given back", e);
        }
    }

    @Override
    public Tail tail() throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(LAST);
                ResultSet last = statement.executeQuery()) {
            if (!last.next()) {
                return new Tail(new MerkleFrontier(), Instant.EPOCH);
            }
            seen = Math.max(seen, last.getLong(1));
            MerkleFrontier frontier = new MerkleLog(new PostgresTiles(() -> connection)).frontier(last.getLong(1));
            return new Tail(frontier, last.getObject(2, OffsetDateTime.class).toInstant());
        } catch (SQLException | UncheckedIOException e) {
            throw new IOException("the log's end can't be read", e);
        }
    }

    @Override
    public List<Entry> after(long size, int limit) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(AFTER)) {
            statement.setLong(1, size);
            statement.setInt(2, limit);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    entries.add(new Entry(
                            StreamId.parse(rows.getString(1)),
                            rows.getLong(2),
                            rows.getBytes(3),
                            rows.getObject(4, OffsetDateTime.class).toInstant()));
                }
            }
        } catch (SQLException e) {
            throw new IOException("what others appended can't be read", e);
        }
        seen = Math.max(seen, size + entries.size());
        return entries;
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
        long last = batch.rows().get(batch.rows().size() - 1).position();
        partitionsFor(last);
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, batch);
            statement.execute();
            if (!connection.getAutoCommit()) {
                connection.commit();
                connection.setAutoCommit(true);
            }
            seen = Math.max(seen, last);
        } catch (SQLException e) {
            String state = e.getSQLState();
            if (state != null && (state.startsWith(INTEGRITY_VIOLATION) || state.startsWith(MALFORMED_VALUE))) {
                end();
                throw new ContradictionException("the batch contradicts the log", e);
            }
            throw new IOException("a batch could not be written", e);
        }
    }

    /** A batch for which there is no partition waits for one; in a turn that is a part of it. */
    private void partitionsFor(long last) throws IOException {
        try {
            if (connection.getAutoCommit() && last < partitionsEnd) {
                partitionsAhead(last);
            } else if (last >= partitionsEnd) {
                askForPartitions(last);
            }
        } catch (SQLException e) {
            throw new IOException(
                    "the log has no partition for position " + last
                            + ", and none could be made; see who holds a lock on the table event (pg_locks)",
                    e);
        }
    }

    /** Before they are needed, and so without harm if it fails: it is tried again later. Outside of a turn. */
    private void partitionsAhead(long last) {
        if (last < askFrom || partitionsEnd == 0) {
            return;
        }
        try {
            askForPartitions(last);
        } catch (SQLException e) {
            LOG.warn(
                    "no partition of the log could be made ahead of position {}; {} is the first without",
                    last,
                    partitionsEnd,
                    e);
            askFrom = last + Math.max(1, (partitionsEnd - last) / 8);
        }
    }

    private void askForPartitions(long last) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(PARTITIONS)) {
            statement.setLong(1, last);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                partitionsEnd = row.getLong(1);
                askFrom = last + (partitionsEnd - last) / 2;
            }
        }
    }

    private void bind(PreparedStatement statement, Batch batch) throws SQLException {
        List<Batch.Row> rows = batch.rows();
        List<Batch.Answer> answers = batch.answers();
        List<MerkleFrontier.Subtree> subtrees = batch.subtrees();
        statement.setLong(1, WRITER_LOCK);
        statement.setObject(2, batch.recordedAt().atOffset(ZoneOffset.UTC));
        array(statement, 3, "bigint", rows, Batch.Row::position);
        array(statement, 4, "text", rows, Batch.Row::stream);
        array(statement, 5, "bigint", rows, Batch.Row::version);
        array(statement, 6, "text", rows, row -> row.payload().encoded().type());
        array(statement, 7, "integer", rows, row -> row.payload().encoded().schema());
        array(statement, 8, "text", rows, row -> row.payload().encoded().payload());
        array(statement, 9, "bytea", rows, row -> row.payload().hash());
        array(statement, 10, "text", rows, Batch.Row::principal);
        array(statement, 11, "text", rows, Batch.Row::correlation);
        array(statement, 12, "bytea", rows, Batch.Row::leafHash);
        array(statement, 13, "text", answers, answer -> answer.request().text());
        array(statement, 14, "bigint", answers, Batch.Answer::first);
        array(statement, 15, "bigint", answers, Batch.Answer::last);
        array(statement, 16, "smallint", subtrees, subtree -> (short) subtree.level());
        array(statement, 17, "bigint", subtrees, MerkleFrontier.Subtree::index);
        array(statement, 18, "bytea", subtrees, MerkleFrontier.Subtree::hash);
        statement.setString(19, CHANNEL);
        statement.setString(20, Long.toString(rows.get(rows.size() - 1).position()));
        statement.setBoolean(21, announcing);
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

package org.cloister.repo.log;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.repo.postgres.PostgresDatabase;

/** What the sequencer is measured against: the finished rows of one log inserted into another's table, several a transaction. */
final class BareInsert {
    private static final String INSERT = """
            insert into event (position, stream, stream_version, type, schema, payload, payload_hash, recorded_at,
                               principal, correlation, leaf_hash)
            select * from unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::integer[], ?::text[], ?::bytea[],
                                 ?::timestamptz[], ?::text[], ?::text[], ?::bytea[])
            """;
    private static final List<String> TYPES = List.of(
            "bigint", "text", "bigint", "text", "integer", "text", "bytea", "timestamptz", "text", "text", "bytea");

    private final PostgresDatabase from;
    private final PostgresDatabase to;
    private long copied;

    BareInsert(PostgresDatabase from, PostgresDatabase to) {
        this.from = from;
        this.to = to;
    }

    /** Inserts what isn't there yet, {@code rows} a transaction; returns rows a second, reading them not counted. */
    double copyUpTo(Position head, int rows) throws SQLException {
        List<Object[][]> batches = load(head.value(), rows);
        long count = head.value() - copied;
        copied = head.value();
        try (Connection connection = to.connect()) {
            long start = System.nanoTime();
            for (Object[][] batch : batches) {
                try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                    for (int i = 0; i < batch.length; i++) {
                        Array column = connection.createArrayOf(TYPES.get(i), batch[i]);
                        statement.setArray(i + 1, column);
                    }
                    statement.executeUpdate();
                }
            }
            return EventsBench.perSecond(count, start);
        }
    }

    /** Columns of rows, batch by batch. */
    private List<Object[][]> load(long head, int rows) throws SQLException {
        List<Object[][]> batches = new ArrayList<>();
        try (Connection connection = from.connect();
                PreparedStatement statement =
                        connection.prepareStatement("select position, stream, stream_version, type,"
                                + " schema, payload, payload_hash, recorded_at, principal, correlation, leaf_hash"
                                + " from event where position > ? and position <= ? order by position")) {
            for (long first = copied; first < head; first += rows) {
                statement.setLong(1, first);
                statement.setLong(2, Math.min(head, first + rows));
                try (ResultSet result = statement.executeQuery()) {
                    batches.add(columns(result, (int) Math.min(head - first, rows)));
                }
            }
        }
        return batches;
    }

    private static Object[][] columns(ResultSet result, int rows) throws SQLException {
        Object[][] columns = {
            new Long[rows],
            new String[rows],
            new Long[rows],
            new String[rows],
            new Integer[rows],
            new String[rows],
            new byte[rows][],
            new OffsetDateTime[rows],
            new String[rows],
            new String[rows],
            new byte[rows][]
        };
        for (int row = 0; result.next(); row++) {
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] =
                        column == 7 ? result.getObject(8, OffsetDateTime.class) : result.getObject(column + 1);
            }
        }
        return columns;
    }
}

package org.cloister.repo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.log.Checkpoint;
import org.cloister.repo.postgres.PostgresDatabase;

/**
 * Reads the whole log again and checks that it is what was appended and signed: every digest and leaf is computed anew, streams and
 * positions have no gap, and the tree has the root of every checkpoint that was signed. Appending goes on meanwhile. Thread-safe.
 */
public final class LogAudit {
    private static final String ROWS = "select position, stream, stream_version, type, schema, recorded_at, principal,"
            + " correlation, payload, payload_hash, leaf_hash from event order by position";
    private static final int FETCH_SIZE = 1_000;
    private static final int PROGRESS_EVERY = 10_000;

    private final PostgresDatabase database;
    private final LogProofs proofs;

    public LogAudit(PostgresDatabase database, LogProofs proofs) {
        this.database = database;
        this.proofs = proofs;
    }

    /** How far a verification is. */
    public record Progress(long verified, long total) {}

    /** What a verification found. */
    public sealed interface Verdict {}

    /**
     * Everything fits.
     *
     * @param size the events that were verified
     * @param signedSize how many of them the last signed checkpoint covers
     */
    public record Sound(long size, long signedSize) implements Verdict {}

    /**
     * Something was altered, lost or added.
     *
     * @param position the first one that does not fit
     * @param field what of it does not fit: a column of the event table, {@code envelope}, {@code checkpoint} or {@code merkle_subtree}
     * @param explanation for people
     */
    public record Damaged(Position position, String field, String explanation) implements Verdict {}

    /**
     * Verifies all events that are durable when it begins.
     *
     * @param progress called now and then on the calling thread
     * @throws UncheckedIOException if the database failed
     */
    public Verdict verify(Consumer<Progress> progress) {
        try (Connection connection = database.dataSource().getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return verify(connection, progress);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("the log can't be read", e));
        }
    }

    private Verdict verify(Connection connection, Consumer<Progress> progress) throws SQLException {
        Optional<Checkpoint> last = proofs.lastSigned();
        long total = count(connection);
        LogCheck check = new LogCheck();
        try (Statement statement = connection.createStatement();
                StoredTree tree = StoredTree.open(connection, proofs.key(), last)) {
            statement.setFetchSize(FETCH_SIZE);
            try (ResultSet rows = statement.executeQuery(ROWS)) {
                while (rows.next()) {
                    Optional<Damaged> damage = check.next(row(rows)).or(() -> tree.compare(check));
                    if (damage.isPresent()) {
                        return damage.get();
                    }
                    if (check.size() % PROGRESS_EVERY == 0) {
                        progress.accept(new Progress(check.size(), total));
                    }
                }
            }
            progress.accept(new Progress(check.size(), total));
            return tree.compareEnd(check).<Verdict>map(damage -> damage).orElseGet(() -> tree.sound(check.size()));
        }
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select coalesce(max(position), 0) from event")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static LogCheck.Row row(ResultSet row) throws SQLException {
        return new LogCheck.Row(
                row.getLong(1),
                row.getString(2),
                row.getLong(3),
                row.getString(4),
                row.getInt(5),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                row.getString(7),
                row.getString(8),
                row.getString(9),
                row.getBytes(10),
                row.getBytes(11));
    }
}

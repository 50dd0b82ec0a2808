package org.cloister.repo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;
import org.cloister.events.log.Checkpoint;
import org.cloister.events.log.NoteKey;
import org.cloister.repo.log.LogAudit.Damaged;
import org.jspecify.annotations.Nullable;

/** What is kept of the tree beside the events: signed checkpoints and subtrees, to hold what the events give against. One thread. */
final class StoredTree implements AutoCloseable {
    private static final String CHECKPOINTS = "select size, note from checkpoint order by size";
    private static final String SUBTREE = "select hash from merkle_subtree where level = ? and subtree_index = ?";
    private static final int FETCH_SIZE = 1_000;

    private final NoteKey key;
    private final Optional<Checkpoint> last;
    private final Statement statement;
    private final ResultSet checkpoints;
    private final PreparedStatement subtrees;
    private @Nullable Checkpoint next;
    private Optional<Damaged> unsigned = Optional.empty();
    private long signedSize;

    private StoredTree(NoteKey key, Optional<Checkpoint> last, Connection connection) throws SQLException {
        this.key = key;
        this.last = last;
        this.statement = connection.createStatement();
        statement.setFetchSize(FETCH_SIZE);
        this.checkpoints = statement.executeQuery(CHECKPOINTS);
        this.subtrees = connection.prepareStatement(SUBTREE);
        advance();
    }

    /** @param last the last checkpoint as it was before the connection's snapshot */
    static StoredTree open(Connection connection, NoteKey key, Optional<Checkpoint> last) throws SQLException {
        return new StoredTree(key, last, connection);
    }

    private void advance() throws SQLException {
        next = null;
        if (checkpoints.next()) {
            long size = checkpoints.getLong(1);
            try {
                next = Checkpoint.parse(key.open(checkpoints.getString(2)));
            } catch (IllegalArgumentException e) {
                unsigned = LogCheck.damaged(
                        size, "checkpoint", "the checkpoint of " + size + " events is not signed by this log");
            }
        }
    }

    /** What does not fit after the last row of {@code check}. */
    Optional<Damaged> compare(LogCheck check) {
        try {
            for (MerkleFrontier.Subtree subtree : check.completed()) {
                if (!isStored(subtree)) {
                    return LogCheck.damaged(
                            check.size(),
                            "merkle_subtree",
                            "hash " + subtree.index() + " of level " + subtree.level() + " is not that of the events");
                }
            }
            return compareCheckpoints(check);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("the log's tree can't be read", e));
        }
    }

    private Optional<Damaged> compareCheckpoints(LogCheck check) throws SQLException {
        while (next != null && next.size() <= check.size()) {
            if (next.size() == check.size() && !Arrays.equals(next.root(), check.root())) {
                return rewritten(check.size());
            }
            signedSize = next.size();
            advance();
        }
        if (last.isPresent()
                && last.get().size() == check.size()
                && !Arrays.equals(last.get().root(), check.root())) {
            return rewritten(check.size());
        }
        return unsigned;
    }

    private Optional<Damaged> rewritten(long size) {
        return LogCheck.damaged(
                signedSize + 1,
                "checkpoint",
                "an event from " + (signedSize + 1) + " to " + size
                        + " was rewritten together with its hashes: the root signed for " + size
                        + " events is another");
    }

    /** What is missing at the end, and the checkpoint that is kept outside of the database. */
    Optional<Damaged> compareEnd(LogCheck check) {
        if (unsigned.isPresent()) {
            return unsigned;
        }
        long signed = Math.max(
                next == null ? 0 : next.size(), last.map(Checkpoint::size).orElse(0L));
        if (signed > check.size()) {
            return LogCheck.damaged(
                    check.size() + 1,
                    "position",
                    "the log ends with " + check.size() + ", but " + signed + " events were signed");
        }
        return Optional.empty();
    }

    LogAudit.Sound sound(long size) {
        return new LogAudit.Sound(
                size, Math.max(signedSize, last.map(Checkpoint::size).orElse(0L)));
    }

    private boolean isStored(MerkleFrontier.Subtree subtree) throws SQLException {
        subtrees.setInt(1, subtree.level());
        subtrees.setLong(2, subtree.index());
        try (ResultSet row = subtrees.executeQuery()) {
            return row.next() && Arrays.equals(row.getBytes(1), subtree.hash());
        }
    }

    @Override
    public void close() throws SQLException {
        statement.close();
        subtrees.close();
    }
}

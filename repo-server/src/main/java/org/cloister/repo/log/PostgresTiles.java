package org.cloister.repo.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Tiles in the database: level 0 are the leaf hashes of the events themselves, the levels above are rows of their own. */
final class PostgresTiles implements Tiles {
    private static final String LEAVES =
            "select leaf_hash from event where position > ? and position <= ? order by position";
    private static final String SUBTREES = "select hash from merkle_subtree where level = ? and subtree_index >= ?"
            + " and subtree_index < ? order by subtree_index";

    private final Lender connections;

    PostgresTiles(Lender connections) {
        this.connections = connections;
    }

    /** Lends a connection for one query. */
    interface Lender {
        Connection borrow() throws SQLException;

        /** Takes it back. */
        default void giveBack(Connection connection) throws SQLException {}
    }

    @Override
    public List<byte[]> hashes(int level, long first, int count) {
        try {
            Connection connection = connections.borrow();
            try {
                return query(connection, level, first, count);
            } finally {
                connections.giveBack(connection);
            }
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("hashes of the log can't be read", e));
        }
    }

    private static List<byte[]> query(Connection connection, int level, long first, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(level == 0 ? LEAVES : SUBTREES)) {
            int parameter = 1;
            if (level > 0) {
                statement.setInt(parameter++, level);
            }
            statement.setLong(parameter++, first);
            statement.setLong(parameter, first + count);
            List<byte[]> hashes = new ArrayList<>(count);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    hashes.add(rows.getBytes(1));
                }
            }
            if (hashes.size() != count) {
                throw new IllegalStateException("the log lacks hashes of level " + level + " from " + first + ": "
                        + hashes.size() + " of " + count + " are there; run the audit");
            }
            return hashes;
        }
    }
}

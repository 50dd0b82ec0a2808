package org.cloister.fuse.state;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Tables of one root's writable layer, version 2. Strings of bytes are stored as blobs. */
final class TableSchema {
    static final int VERSION = 2;

    private static final String[] CREATE = {
        "CREATE TABLE node(id INTEGER PRIMARY KEY, origin BLOB, flags INTEGER NOT NULL, mode INTEGER NOT NULL,"
                + " uid INTEGER NOT NULL, gid INTEGER NOT NULL, size INTEGER NOT NULL, atime INTEGER NOT NULL,"
                + " mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, device INTEGER NOT NULL, target BLOB, xattrs BLOB)",
        "CREATE TABLE name(directory INTEGER NOT NULL, name BLOB NOT NULL, child INTEGER NOT NULL,"
                + " cookie INTEGER NOT NULL DEFAULT 0,"
                + " PRIMARY KEY(directory, name)) WITHOUT ROWID",
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "PRAGMA user_version = " + VERSION,
    };

    /** Version 1 did not keep where listings go on. */
    private static final String[] FROM_1 = {
        "ALTER TABLE name ADD COLUMN cookie INTEGER NOT NULL DEFAULT 0", "PRAGMA user_version = " + VERSION,
    };

    private TableSchema() {}

    /**
     * In WAL mode a commit costs no fsync; {@link WritableTable} makes them durable in groups. Exclusive before that, so that the
     * log's index is memory and no mapped file, which a full disk would not let us open.
     */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = NORMAL");
            int version = version(statement);
            if (version < 2) {
                for (String sql : version == 0 ? CREATE : FROM_1) {
                    statement.execute(sql);
                }
            } else if (version != VERSION) {
                throw new SQLException("the writable layer has version " + version + ", this program knows " + VERSION);
            }
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}

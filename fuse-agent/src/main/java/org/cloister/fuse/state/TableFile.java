package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.SavedTree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/** The SQLite file of one root, made when something is written to it first. Used by one thread at a time. */
final class TableFile {
    private static final Logger LOG = LoggerFactory.getLogger(TableFile.class);
    private static final String NAME = "nodes.db";

    private final Path directory;
    private final Path path;
    private @Nullable Connection connection;
    /** The disk refused to force it: what the kernel has of the log in memory may never get there. */
    private boolean doubtful;

    TableFile(Path directory) throws SQLException {
        this.directory = directory;
        this.path = directory.resolve(NAME);
        if (Files.exists(path)) {
            connection = open();
        }
    }

    private Connection open() throws SQLException {
        Connection opened = new SQLiteConfig().createConnection("jdbc:sqlite:" + path);
        try {
            TableSchema.prepare(opened);
            opened.setAutoCommit(false);
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }

    SavedTree load() throws SQLException {
        Connection c = connection;
        return c == null ? SavedTree.EMPTY : Rows.load(c, Long.parseLong(meta("lastId", "0")));
    }

    List<LayerId> layers() throws SQLException {
        String text = meta("layers", "");
        return LayerText.parse(text);
    }

    /** Lets the log be folded into the file again. */
    void endRead() throws SQLException {
        Connection c = connection;
        if (c != null) {
            c.commit();
        }
    }

    private String meta(String key, String otherwise) throws SQLException {
        Connection c = connection;
        if (c == null) {
            return otherwise;
        }
        try (PreparedStatement query = c.prepareStatement("SELECT value FROM meta WHERE key = ?")) {
            query.setString(1, key);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getString(1) : otherwise;
            }
        }
    }

    /** One transaction. After a failure the file is opened anew: SQLite may have ended the transaction by itself, or not. */
    void write(Batch batch) throws SQLException, IOException {
        List<LayerId> layers = batch.layers();
        Connection c = connection;
        if (c == null) {
            Files.createDirectories(directory);
            c = open();
            connection = c;
        }
        try {
            nodes(c, batch);
            names(c, batch);
            if (layers != null) {
                meta(c, "layers", LayerText.of(layers));
            }
            c.commit();
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private static void nodes(Connection c, Batch batch) throws SQLException {
        try (PreparedStatement drop = c.prepareStatement(Rows.DROP_NODE);
                PreparedStatement put = c.prepareStatement(Rows.PUT_NODE)) {
            for (Batch.Removed node : batch.removed()) {
                drop.setLong(1, node.id());
                drop.addBatch();
            }
            drop.executeBatch();
            for (SavedNode node : batch.nodes()) {
                Rows.put(put, node);
            }
            put.executeBatch();
            raiseLastId(c, batch.lastId());
        }
    }

    private static void raiseLastId(Connection c, long last) throws SQLException {
        if (last > 0) {
            try (PreparedStatement raise =
                    c.prepareStatement("INSERT INTO meta VALUES('lastId', ?) ON CONFLICT(key) DO UPDATE SET value ="
                            + " max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))")) {
                raise.setLong(1, last);
                raise.executeUpdate();
            }
        }
    }

    private static void names(Connection c, Batch batch) throws SQLException {
        try (PreparedStatement put = c.prepareStatement(Rows.PUT_NAME);
                PreparedStatement drop = c.prepareStatement(Rows.DROP_NAME);
                PreparedStatement all = c.prepareStatement(Rows.DROP_NAMES)) {
            for (Batch.NameRow row : batch.names()) {
                Long child = row.child();
                PreparedStatement statement = child == null ? drop : put;
                statement.setLong(1, row.directory());
                statement.setBytes(2, Rows.name(row.name()));
                if (child != null) {
                    statement.setLong(3, child);
                    statement.setLong(4, row.cookie());
                }
                statement.addBatch();
            }
            put.executeBatch();
            drop.executeBatch();
            for (Batch.Removed node : batch.removed()) {
                if (node.directory()) {
                    all.setLong(1, node.id());
                    all.addBatch();
                }
            }
            all.executeBatch();
        }
    }

    private static void meta(Connection c, String key, String value) throws SQLException {
        try (PreparedStatement put = c.prepareStatement("INSERT OR REPLACE INTO meta VALUES(?, ?)")) {
            put.setString(1, key);
            put.setString(2, value);
            put.executeUpdate();
        }
    }

    /** What was committed is on the disk: the log holds everything that the file does not. */
    void force() throws IOException {
        if (doubtful) {
            rewrite();
        }
        try {
            forceLog();
        } catch (IOException e) {
            doubtful = true;
            throw e;
        }
    }

    /** Folds the log into the file, forces that, and begins a new log. */
    private void rewrite() throws IOException {
        Connection c = connection;
        if (c != null) {
            try {
                c.setAutoCommit(true);
                checkpoint(c);
                c.setAutoCommit(false);
            } catch (SQLException e) {
                close();
                throw new IOException("the log of " + path + " can't be folded in", e);
            }
        }
        doubtful = false;
    }

    private static void checkpoint(Connection c) throws SQLException {
        try (Statement statement = c.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            if (!row.next() || row.getInt(1) != 0) {
                throw new SQLException("busy");
            }
        }
    }

    private void forceLog() throws IOException {
        Path log = directory.resolve(NAME + "-wal");
        if (Files.exists(log)) {
            try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                channel.force(false);
            }
        }
    }

    void close() {
        Connection c = connection;
        connection = null;
        try {
            if (c != null) {
                c.close();
            }
        } catch (SQLException e) {
            LOG.warn("closing {}", path, e);
        }
    }
}

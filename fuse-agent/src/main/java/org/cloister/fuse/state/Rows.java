package org.cloister.fuse.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.Numbering;
import org.cloister.fuse.tree.SavedName;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.SavedTree;
import org.jspecify.annotations.Nullable;

/** Saved nodes and names as rows. */
final class Rows {
    static final String PUT_NODE = "INSERT OR REPLACE INTO node VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)";
    static final String PUT_NAME = "INSERT OR REPLACE INTO name VALUES(?,?,?,?)";
    static final String DROP_NODE = "DELETE FROM node WHERE id = ?";
    static final String DROP_NAMES = "DELETE FROM name WHERE directory = ?";
    static final String DROP_NAME = "DELETE FROM name WHERE directory = ? AND name = ?";

    private static final int OWN_ATTRIBUTES = 1;
    private static final int OWN_CONTENT = 2;

    private Rows() {}

    static void put(PreparedStatement row, SavedNode node) throws SQLException {
        row.setLong(1, node.id());
        bytes(row, 2, node.origin());
        row.setInt(3, (node.ownAttributes() ? OWN_ATTRIBUTES : 0) | (node.ownContent() ? OWN_CONTENT : 0));
        row.setInt(4, node.mode());
        row.setInt(5, node.uid());
        row.setInt(6, node.gid());
        row.setLong(7, node.size());
        row.setLong(8, node.atime());
        row.setLong(9, node.mtime());
        row.setLong(10, node.ctime());
        row.setLong(11, node.device());
        bytes(row, 12, node.linkTarget());
        if (node.attributes().isEmpty()) {
            row.setNull(13, Types.BLOB);
        } else {
            row.setBytes(13, encode(node.attributes()));
        }
        row.addBatch();
    }

    private static void bytes(PreparedStatement row, int column, @Nullable String text) throws SQLException {
        if (text == null) {
            row.setNull(column, Types.BLOB);
        } else {
            row.setBytes(column, text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    static byte[] name(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static @Nullable String text(byte @Nullable [] bytes) {
        return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** As in a new session. */
    static SavedTree load(Connection connection, long lastId) throws SQLException {
        List<SavedNode> nodes = new ArrayList<>();
        List<SavedName> names = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT * FROM node")) {
            while (row.next()) {
                nodes.add(node(row));
            }
        }
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT directory, name, child, cookie FROM name ORDER BY directory, cookie, name")) {
            while (row.next()) {
                String name = text(row.getBytes(2));
                names.add(new SavedName(row.getLong(1), name == null ? "" : name, row.getLong(3), row.getLong(4)));
            }
        }
        return new SavedTree(nodes, names, lastId, Numbering.USUAL);
    }

    private static SavedNode node(ResultSet row) throws SQLException {
        int flags = row.getInt(3);
        byte[] attributes = row.getBytes(13);
        return new SavedNode(
                row.getLong(1),
                text(row.getBytes(2)),
                (flags & OWN_ATTRIBUTES) != 0,
                (flags & OWN_CONTENT) != 0,
                row.getInt(4),
                row.getInt(5),
                row.getInt(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                text(row.getBytes(12)),
                attributes == null ? Attributes.NONE : decode(attributes),
                0,
                0,
                false,
                false);
    }

    static byte[] encode(Attributes attributes) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (String name : attributes.names()) {
                byte[] value = attributes.get(name);
                if (value != null) {
                    out.writeUTF(name);
                    out.writeInt(value.length);
                    out.write(value);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static Attributes decode(byte[] bytes) throws SQLException {
        TreeMap<String, byte[]> values = new TreeMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            while (in.available() > 0) {
                String name = in.readUTF();
                byte[] value = new byte[Math.min(in.readInt(), in.available())];
                in.readFully(value);
                values.put(name, value);
            }
        } catch (IOException e) {
            throw new SQLException("extended attributes of a node are damaged", e);
        }
        return Attributes.of(values);
    }
}

package org.cloister.fuse.state;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.Numbering;
import org.cloister.fuse.tree.SavedNode;
import org.jspecify.annotations.Nullable;

/**
 * Changes as the records of a redo journal: a byte that says what it is, and its fields. Read only by a program of the same
 * session, so there are no versions. Buffers are used again: one record at a time, for one thread.
 */
final class RedoRecords {
    static final byte NODE = 1;
    static final byte REMOVED = 2;
    static final byte FORGOTTEN = 3;
    static final byte NAME = 4;
    static final byte UNNAMED = 5;
    static final byte LAYERS = 6;
    static final byte REPLACES = 7;

    private static final int OWN_ATTRIBUTES = 1;
    private static final int OWN_CONTENT = 2;
    private static final int UNLINKED = 4;
    private static final int NAMELESS = 8;
    /** More than the fixed fields of a node take. */
    private static final int FIXED = 160;

    private static final int FIRST_CAPACITY = 4096;

    private ByteBuffer out = ByteBuffer.allocate(FIRST_CAPACITY).order(ByteOrder.nativeOrder());

    private void begin(int kind, int atMost) {
        if (out.capacity() < atMost) {
            out = ByteBuffer.allocate(atMost * 2).order(ByteOrder.nativeOrder());
        }
        out.clear();
        out.put((byte) kind);
    }

    private ByteBuffer end() {
        return out.flip();
    }

    private void text(@Nullable String text) {
        out.putInt(text == null ? -1 : text.length());
        for (int i = 0; text != null && i < text.length(); i++) {
            out.put((byte) text.charAt(i));
        }
    }

    private static @Nullable String text(ByteBuffer in) {
        int length = in.getInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    ByteBuffer node(SavedNode node) {
        byte[] attributes = node.attributes().isEmpty() ? new byte[0] : Rows.encode(node.attributes());
        begin(NODE, FIXED + length(node.origin()) + length(node.linkTarget()) + attributes.length);
        int flags = (node.ownAttributes() ? OWN_ATTRIBUTES : 0)
                | (node.ownContent() ? OWN_CONTENT : 0)
                | (node.unlinked() ? UNLINKED : 0)
                | (node.nameless() ? NAMELESS : 0);
        out.putLong(node.id()).put((byte) flags).putInt(node.mode());
        out.putInt(node.uid()).putInt(node.gid()).putLong(node.size());
        out.putLong(node.atime()).putLong(node.mtime()).putLong(node.ctime());
        out.putLong(node.device()).putLong(node.local()).putLong(node.shipped());
        text(node.origin());
        text(node.linkTarget());
        out.putInt(attributes.length).put(attributes);
        return end();
    }

    /** What follows the kind. */
    static SavedNode node(ByteBuffer in) {
        long id = in.getLong();
        int flags = in.get();
        int mode = in.getInt();
        int uid = in.getInt();
        int gid = in.getInt();
        long size = in.getLong();
        long atime = in.getLong();
        long mtime = in.getLong();
        long ctime = in.getLong();
        long device = in.getLong();
        long local = in.getLong();
        long shipped = in.getLong();
        String origin = text(in);
        String target = text(in);
        byte[] attributes = new byte[in.getInt()];
        in.get(attributes);
        return new SavedNode(
                id,
                origin,
                (flags & OWN_ATTRIBUTES) != 0,
                (flags & OWN_CONTENT) != 0,
                mode,
                uid,
                gid,
                size,
                atime,
                mtime,
                ctime,
                device,
                target,
                attributes(attributes),
                local,
                shipped,
                (flags & UNLINKED) != 0,
                (flags & NAMELESS) != 0);
    }

    private static Attributes attributes(byte[] bytes) {
        try {
            return bytes.length == 0 ? Attributes.NONE : Rows.decode(bytes);
        } catch (SQLException e) {
            throw new IllegalStateException("a record of this session can't be read", e);
        }
    }

    ByteBuffer removed(long id, boolean directory) {
        begin(REMOVED, FIXED);
        out.putLong(id).put((byte) (directory ? 1 : 0));
        return end();
    }

    static Batch.Removed removed(ByteBuffer in) {
        return new Batch.Removed(in.getLong(), in.get() != 0);
    }

    ByteBuffer forgotten(long id) {
        begin(FORGOTTEN, FIXED);
        out.putLong(id);
        return end();
    }

    ByteBuffer replaces(long id) {
        begin(REPLACES, FIXED);
        out.putLong(id);
        return end();
    }

    ByteBuffer name(Batch.NameRow row) {
        Long child = row.child();
        begin(child == null ? UNNAMED : NAME, FIXED + row.name().length());
        out.putLong(row.directory()).putLong(child == null ? 0 : child).putLong(row.cookie());
        text(row.name());
        return end();
    }

    static Batch.NameRow name(ByteBuffer in, boolean named) {
        long directory = in.getLong();
        long child = in.getLong();
        long cookie = in.getLong();
        String name = text(in);
        return new Batch.NameRow(directory, name == null ? "" : name, named ? child : null, cookie);
    }

    ByteBuffer layers(List<LayerId> layers) {
        String text = LayerText.of(layers);
        begin(LAYERS, FIXED + text.length());
        text(text);
        return end();
    }

    static List<LayerId> layers(ByteBuffer in) {
        String text = text(in);
        return LayerText.parse(text == null ? "" : text);
    }

    ByteBuffer numbering(Numbering numbering) {
        int pairs = numbering.shipped().size() + numbering.written().size();
        begin(0, FIXED + pairs * 2 * Long.BYTES);
        pairs(numbering.shipped());
        pairs(numbering.written());
        return end();
    }

    private void pairs(Map<Long, Long> map) {
        out.putInt(map.size());
        map.forEach((key, value) -> out.putLong(key).putLong(value));
    }

    static Numbering numbering(ByteBuffer in) {
        in.get();
        Map<Long, Long> shipped = readPairs(in);
        return new Numbering(shipped, readPairs(in));
    }

    private static Map<Long, Long> readPairs(ByteBuffer in) {
        int count = in.getInt();
        Map<Long, Long> map = new HashMap<>();
        for (int i = 0; i < count; i++) {
            map.put(in.getLong(), in.getLong());
        }
        return map;
    }
}

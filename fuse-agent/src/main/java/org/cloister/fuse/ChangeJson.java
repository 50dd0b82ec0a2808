package org.cloister.fuse;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.cloister.events.layer.FileTime;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.Change;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Node;

/** CHANGE of docs/protocol.md. */
final class ChangeJson {
    private static final long NANOS = 1_000_000_000L;

    private ChangeJson() {}

    static void write(List<Change> changes, ArrayNode out) {
        for (Change change : changes) {
            ObjectNode json = out.addObject();
            path(json, "path", change.path());
            json.put("kind", change.kind().name().toLowerCase(Locale.ROOT));
            Node node = change.node();
            if (node != null) {
                write(change, node, json);
            }
        }
    }

    private static void write(Change change, Node node, ObjectNode json) {
        json.put("type", type(node.mode()))
                .put("opaque", change.opaque())
                .put("mode", node.mode() & Mode.PERMISSIONS)
                .put("uid", node.uid())
                .put("gid", node.gid())
                .put("mtime", time(node.mtime()))
                .put("size", node.isFile() ? node.size() : 0);
        String target = node.target();
        if (target == null) {
            json.putNull("target");
        } else {
            path(json, "target", target);
        }
        json.put("rdev", (node.device() >>> 32) + ":" + (node.device() & 0xffffffffL))
                .put("ino", change.local())
                .put("nlink", change.links());
        xattrs(node.attributes(), json.putObject("xattrs"));
    }

    private static void xattrs(Attributes attributes, ObjectNode json) {
        for (String name : attributes.names()) {
            byte[] value = attributes.get(name);
            if (value != null) {
                json.put(name, Base64.getEncoder().encodeToString(value));
            }
        }
    }

    private static String time(long nanos) {
        return new FileTime(Math.floorDiv(nanos, NANOS), (int) Math.floorMod(nanos, NANOS)).toString();
    }

    static String type(int mode) {
        return switch (mode & Mode.TYPE) {
            case Mode.DIRECTORY -> "d";
            case Mode.LINK -> "l";
            case Mode.CHARACTER -> "c";
            case Mode.BLOCK -> "b";
            case Mode.FIFO -> "p";
            case Mode.SOCKET -> "s";
            default -> "f";
        };
    }

    /** A name that is not UTF-8 is shown as well as it can be, and exactly in {@code <field>Bytes} (base64). */
    static void path(ObjectNode json, String field, String bytes) {
        byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
        try {
            json.put(
                    field,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(raw))
                            .toString());
        } catch (CharacterCodingException e) {
            json.put(field, new String(raw, StandardCharsets.UTF_8));
            json.put(field + "Bytes", Base64.getEncoder().encodeToString(raw));
        }
    }

    /** Back from a request to bytes. */
    static String bytes(String path) {
        return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}

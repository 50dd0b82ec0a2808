package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import org.cloister.fuse.tree.AttributeName;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionReader;

/** Requests about extended attributes (xattr(7)). POSIX ACLs are refused: the kernel could not enforce them here. */
final class AttributeHandlers {
    private static final MemoryIO MEMORY = Native.MEMORY;
    private static final int CREATE = 1;
    private static final int REPLACE = 2;
    private static final String ACL = "system.posix_acl_";
    /** XATTR_SIZE_MAX. */
    private static final int MAX_VALUE = 65_536;

    private final LowLevelFuse fuse;
    private final Reply reply;
    private final UnionReader reader;
    private final UnionChanges changes;

    AttributeHandlers(LowLevelFuse fuse, Reply reply, UnionReader reader, UnionChanges changes) {
        this.fuse = fuse;
        this.reply = reply;
        this.reader = reader;
        this.changes = changes;
    }

    void set(long request, long node, long name, long value, long size, int flags) {
        String text = Native.name(name);
        if (text.startsWith(ACL)) {
            reply.status(request, Status.NOT_SUPPORTED);
            return;
        }
        byte[] bytes = new byte[(int) Math.min(size, MAX_VALUE)];
        MEMORY.getByteArray(value, bytes, 0, bytes.length);
        UnionChanges.Presence presence = UnionChanges.Presence.of((flags & CREATE) != 0, (flags & REPLACE) != 0);
        reply.status(request, changes.setAttribute(node, text, bytes, presence, reply.scratch().stat));
    }

    void get(long request, long node, long name, long size) {
        String text = Native.name(name);
        byte[] value = text.startsWith(ACL) ? null : reader.attribute(node, text);
        if (value == null) {
            reply.status(request, text.startsWith(ACL) ? Status.NOT_SUPPORTED : AttributeName.absence(text));
        } else {
            bytes(request, value, size);
        }
    }

    void list(long request, long node, long size) {
        StringBuilder names = new StringBuilder();
        reader.attributeNames(node).forEach(name -> names.append(name).append('\0'));
        bytes(request, names.toString().getBytes(StandardCharsets.ISO_8859_1), size);
    }

    private void bytes(long request, byte[] value, long size) {
        if (size == 0) {
            fuse.fuse_reply_xattr(request, value.length);
        } else if (value.length > size || value.length > Scratch.DATA) {
            reply.status(request, Status.TOO_SMALL);
        } else {
            long at = reply.scratch().data;
            MEMORY.putByteArray(at, value, 0, value.length);
            fuse.fuse_reply_buf(request, at, value.length);
        }
    }

    void remove(long request, long node, long name) {
        reply.status(request, changes.removeAttribute(node, Native.name(name), reply.scratch().stat));
    }
}

package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionReader;

/** Requests about extended attributes (xattr(7)). POSIX ACLs are refused. */
final class AttributeRequests {
    private static final int CREATE = 1;
    private static final int REPLACE = 2;
    private static final String ACL = "system.posix_acl_";
    private static final MemoryIO MEMORY = Native.MEMORY;

    private final UnionReader reader;
    private final UnionChanges changes;

    AttributeRequests(UnionReader reader, UnionChanges changes) {
        this.reader = reader;
        this.changes = changes;
    }

    void set(Exchange x) {
        String name = x.request.name();
        if (name.startsWith(ACL)) {
            x.answer.status(Status.NOT_SUPPORTED);
            return;
        }
        byte[] value = new byte[x.request.items()];
        MEMORY.getByteArray(x.request.tail(), value, 0, value.length);
        int flags = x.request.word(4);
        UnionChanges.Presence presence = (flags & CREATE) != 0
                ? UnionChanges.Presence.MUST_NOT_EXIST
                : (flags & REPLACE) != 0 ? UnionChanges.Presence.MUST_EXIST : UnionChanges.Presence.ANY;
        x.answer.status(changes.setAttribute(x.request.node(), name, value, presence, x.stat));
    }

    void get(Exchange x) {
        String name = x.request.name();
        if (name.startsWith(ACL)) {
            x.answer.status(Status.NOT_SUPPORTED);
            return;
        }
        byte[] value = reader.attribute(x.request.node(), name);
        if (value == null) {
            x.answer.status(Status.NO_ATTRIBUTE);
        } else {
            bytes(x, value);
        }
    }

    void list(Exchange x) {
        StringBuilder names = new StringBuilder();
        reader.attributeNames(x.request.node())
                .forEach(name -> names.append(name).append('\0'));
        bytes(x, names.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** A size of 0 asks how many bytes there are. */
    private static void bytes(Exchange x, byte[] value) {
        int size = x.request.word(0);
        if (size == 0) {
            x.answer.number(value.length);
        } else if (value.length > size || value.length > x.answer.capacity()) {
            x.answer.status(Status.TOO_SMALL);
        } else {
            MEMORY.putByteArray(x.answer.body(), value, 0, value.length);
            x.answer.send(value.length);
        }
    }

    void remove(Exchange x) {
        x.answer.status(changes.removeAttribute(x.request.node(), x.request.name(), x.stat));
    }
}

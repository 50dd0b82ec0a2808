package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.AttributeName;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionReader;

/** Requests about extended attributes (xattr(7)) and, where that was agreed on, access control lists (acl(5)). */
final class AttributeRequests {
    private static final int CREATE = 1;
    private static final int REPLACE = 2;
    /** FUSE_SETXATTR_ACL_KILL_SGID. */
    private static final int KILL_SETGID = 1;

    private static final MemoryIO MEMORY = Native.MEMORY;

    private final UnionReader reader;
    private final UnionChanges changes;
    private final boolean lists;
    private final boolean longForm;

    /** {@code lists}: access control lists are agreed on. {@code longForm}: of setting an attribute. */
    AttributeRequests(UnionReader reader, UnionChanges changes, boolean lists, boolean longForm) {
        this.lists = lists;
        this.longForm = longForm;
        this.reader = reader;
        this.changes = changes;
    }

    void set(Exchange x) {
        String name = x.request.name();
        byte[] value = new byte[x.request.items()];
        MEMORY.getByteArray(x.request.tail(), value, 0, value.length);
        if (AttributeName.isAcl(name)) {
            setList(x, name, value);
            return;
        }
        int flags = x.request.word(4);
        UnionChanges.Presence presence = UnionChanges.Presence.of((flags & CREATE) != 0, (flags & REPLACE) != 0);
        x.answer.status(changes.setAttribute(x.request.node(), name, value, presence, x.stat));
    }

    private void setList(Exchange x, String name, byte[] value) {
        boolean groupKept = !longForm || (x.request.word(8) & KILL_SETGID) == 0;
        x.answer.status(
                lists ? changes.setAcl(x.request.node(), name, value, groupKept, x.stat) : Status.NOT_SUPPORTED);
    }

    void get(Exchange x) {
        String name = x.request.name();
        Status refusal = !lists && AttributeName.isAcl(name) ? Status.NOT_SUPPORTED : AttributeName.refusal(name);
        if (refusal != Status.OK) {
            x.answer.status(refusal);
            return;
        }
        byte[] value = reader.attribute(x.request.node(), name);
        if (value == null) {
            x.answer.status(AttributeName.absence(name));
        } else {
            bytes(x, value);
        }
    }

    void list(Exchange x) {
        StringBuilder names = new StringBuilder();
        for (String name : reader.attributeNames(x.request.node())) {
            if (x.request.uid() == 0 || !AttributeName.isPrivileged(name)) {
                names.append(name).append('\0');
            }
        }
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

package org.cloister.fuse.mount;

import com.kenai.jffi.MemoryIO;
import java.nio.charset.StandardCharsets;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.tree.UnionWriter;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.NodeId;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.UnionReader;
import org.jspecify.annotations.Nullable;

/** Requests about names and attributes. */
final class NodeHandlers {
    private static final MemoryIO MEMORY = Native.MEMORY;
    private static final int CONTEXT_GID = 4;
    /** Bits of {@code to_set} (fuse_lowlevel.h). */
    private static final int SET_MODE = 1;

    private static final int SET_UID = 1 << 1;
    private static final int SET_GID = 1 << 2;
    private static final int SET_SIZE = 1 << 3;
    private static final int SET_ATIME = 1 << 4;
    private static final int SET_MTIME = 1 << 5;
    private static final int SET_ATIME_NOW = 1 << 7;
    private static final int SET_MTIME_NOW = 1 << 8;
    private static final int SET_TIMES = SET_ATIME | SET_MTIME | SET_ATIME_NOW | SET_MTIME_NOW;
    private static final int FORGOTTEN = 16;
    private static final int SYMLINK_PERMISSIONS = 0777;

    private final LowLevelFuse fuse;
    private final Reply reply;
    private final Layouts layouts;
    private final UnionReader reader;
    private final UnionChanges changes;
    private final UnionContent content;

    NodeHandlers(
            LowLevelFuse fuse,
            Reply reply,
            Layouts layouts,
            UnionReader reader,
            UnionChanges changes,
            UnionContent content) {
        this.fuse = fuse;
        this.reply = reply;
        this.layouts = layouts;
        this.reader = reader;
        this.changes = changes;
        this.content = content;
    }

    void lookup(long request, long parent, long name) {
        Scratch memory = reply.scratch();
        Status status = reader.lookup(parent, Native.name(name), memory.stat);
        if (status == Status.NOT_FOUND && parent != NodeId.MOUNT) {
            reply.negative(request, memory);
        } else {
            reply.entry(request, memory, status);
        }
    }

    void forget(long request, long node, long count) {
        content.forget(node, any -> false);
        fuse.fuse_reply_none(request);
    }

    void forgetMany(long request, long count, long forgets) {
        for (long i = 0; i < count; i++) {
            content.forget(MEMORY.getLong(forgets + i * FORGOTTEN), any -> false);
        }
        fuse.fuse_reply_none(request);
    }

    void getAttributes(long request, long node, long fileInfo) {
        Scratch memory = reply.scratch();
        reply.attributes(request, memory, reader.describe(node, memory.stat));
    }

    /** A request that names nothing comes of chown(2) with -1 and -1, which moves the time of change. */
    void setAttributes(long request, long node, long stat, int set, long fileInfo) {
        Scratch memory = reply.scratch();
        Status status = Status.OK;
        boolean nothing = (set & (SET_UID | SET_GID | SET_MODE | SET_SIZE | SET_TIMES)) == 0;
        if ((set & (SET_UID | SET_GID)) != 0) {
            int uid = (set & SET_UID) != 0 ? layouts.uid(stat) : -1;
            int gid = (set & SET_GID) != 0 ? layouts.gid(stat) : -1;
            status = changes.setOwner(node, uid, gid, memory.stat);
        }
        if (status == Status.OK && (set & SET_MODE) != 0) {
            status = changes.setMode(node, layouts.mode(stat), memory.stat);
        }
        if (status == Status.OK && (set & SET_SIZE) != 0) {
            status = resize(node, layouts.size(stat));
        }
        if (status == Status.OK && (nothing || (set & SET_TIMES) != 0)) {
            status = setTimes(node, stat, set, memory);
        }
        if (status == Status.OK) {
            status = reader.describe(node, memory.stat);
        }
        reply.attributes(request, memory, status);
    }

    private Status resize(long node, long size) {
        try {
            content.resize(node, size);
            return Status.OK;
        } catch (BackingFailure failure) {
            return failure.status();
        }
    }

    private Status setTimes(long node, long stat, int set, Scratch memory) {
        long now = changes.now();
        long atime = (set & SET_ATIME_NOW) != 0 ? now : (set & SET_ATIME) != 0 ? layouts.atime(stat) : Long.MIN_VALUE;
        long mtime = (set & SET_MTIME_NOW) != 0 ? now : (set & SET_MTIME) != 0 ? layouts.mtime(stat) : Long.MIN_VALUE;
        return changes.setTimes(node, atime, mtime, Long.MIN_VALUE, memory.stat);
    }

    void readLink(long request, long node) {
        String target = reader.target(node);
        if (target == null) {
            reply.status(request, Status.INVALID);
            return;
        }
        byte[] bytes = (target + '\0').getBytes(StandardCharsets.ISO_8859_1);
        long at = reply.scratch().data;
        MEMORY.putByteArray(at, bytes, 0, bytes.length);
        fuse.fuse_reply_readlink(request, at);
    }

    void makeNode(long request, long parent, long name, int mode, long device) {
        make(request, parent, name, mode, Layouts.device(device), null);
    }

    void makeDirectory(long request, long parent, long name, int mode) {
        make(request, parent, name, Mode.DIRECTORY | (mode & Mode.PERMISSIONS), 0, null);
    }

    void makeLink(long request, long target, long parent, long name) {
        make(request, parent, name, Mode.LINK | SYMLINK_PERMISSIONS, 0, Native.name(target));
    }

    private void make(long request, long parent, long name, int mode, long device, @Nullable String target) {
        Scratch memory = reply.scratch();
        Birth birth = birth(request, mode, device, target);
        reply.entry(request, memory, changes.create(parent, Native.name(name), birth, memory.stat));
    }

    /** The new node belongs to who asked for it; the kernel has applied the umask. */
    Birth birth(long request, int mode, long device, @Nullable String target) {
        long context = fuse.fuse_req_ctx(request);
        return new Birth(mode, MEMORY.getInt(context), MEMORY.getInt(context + CONTEXT_GID), device, target);
    }

    void unlink(long request, long parent, long name) {
        reply.status(request, changes.unlink(parent, Native.name(name), reply.scratch().stat));
    }

    void removeDirectory(long request, long parent, long name) {
        reply.status(request, changes.removeDirectory(parent, Native.name(name), reply.scratch().stat));
    }

    void rename(long request, long from, long name, long to, long newName) {
        Scratch memory = reply.scratch();
        reply.status(
                request,
                changes.rename(
                        from, Native.name(name), to, Native.name(newName), UnionWriter.Target.REPLACED, memory.stat));
    }

    void link(long request, long node, long parent, long name) {
        Scratch memory = reply.scratch();
        reply.entry(request, memory, changes.link(node, parent, Native.name(name), memory.stat));
    }
}

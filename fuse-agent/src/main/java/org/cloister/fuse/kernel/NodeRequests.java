package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.NodeId;
import org.cloister.fuse.union.Stat;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.UnionReader;

/** Requests about nodes: finding, forgetting, attributes. */
final class NodeRequests {
    private static final int FORGET_ONE = 16;
    /** Bits of {@code fuse_setattr_in.valid}. */
    private static final int MODE = 1;

    private static final int UID = 1 << 1;
    private static final int GID = 1 << 2;
    private static final int SIZE = 1 << 3;
    private static final int ATIME = 1 << 4;
    private static final int MTIME = 1 << 5;
    private static final int ATIME_NOW = 1 << 7;
    private static final int MTIME_NOW = 1 << 8;
    private static final int CTIME = 1 << 10;
    private static final int KILL_PRIVILEGES = 1 << 11;
    private static final int TIMES = ATIME | MTIME | ATIME_NOW | MTIME_NOW;
    private static final int OWNER = UID | GID;
    private static final long NANOS = 1_000_000_000L;
    private static final long MAX_SECONDS = Long.MAX_VALUE / NANOS - 1;
    private static final MemoryIO MEMORY = Native.MEMORY;

    private final UnionReader reader;
    private final UnionChanges changes;
    private final UnionContent content;
    private final Lookups lookups;
    private final PassedFiles passed;

    NodeRequests(UnionReader reader, UnionChanges changes, UnionContent content, Lookups lookups, PassedFiles passed) {
        this.passed = passed;
        this.reader = reader;
        this.changes = changes;
        this.content = content;
        this.lookups = lookups;
    }

    void lookup(Exchange x) {
        long parent = x.request.node();
        Status status = reader.lookup(parent, x.request.name(), x.stat);
        if (status == Status.OK && passed.settle(x.stat.node)) {
            status = reader.describe(x.stat.node, x.stat);
        }
        if (status == Status.NOT_FOUND && parent != NodeId.MOUNT) {
            x.answer.missing();
        } else {
            x.entry(status);
        }
    }

    void forget(Exchange x) {
        forget(x.request.node(), x.request.quad(0));
    }

    void forgetMany(Exchange x) {
        long at = x.request.tail();
        for (int i = 0; i < x.request.items(); i++) {
            forget(MEMORY.getLong(at), MEMORY.getLong(at + Long.BYTES));
            at += FORGET_ONE;
        }
    }

    private void forget(long node, long count) {
        if (lookups.forget(node, count)) {
            content.forget(node, lookups::knows);
        }
    }

    Status describe(long node, Stat stat) {
        passed.settle(node);
        return reader.describe(node, stat);
    }

    void getAttributes(Exchange x) {
        x.attributes(describe(x.request.node(), x.stat));
    }

    /**
     * A request that names nothing (with a write-back cache: the time of change alone) drops privileges too. It comes of chown(2)
     * with -1 and -1, and before the first write to a file that has some; which of the two it is can't be told.
     */
    void setAttributes(Exchange x) {
        long node = x.request.node();
        passed.settle(node);
        int valid = x.request.word(0);
        boolean nothing = (valid & (OWNER | MODE | SIZE | TIMES)) == 0;
        boolean dropped = nothing || (valid & (OWNER | KILL_PRIVILEGES)) != 0;
        Status status = dropped ? changes.dropPrivileges(node, x.request.uid(), x.request.gid(), x.stat) : Status.OK;
        if (status == Status.OK && (valid & OWNER) != 0) {
            int uid = (valid & UID) != 0 ? x.request.word(76) : -1;
            int gid = (valid & GID) != 0 ? x.request.word(80) : -1;
            status = changes.setOwner(node, uid, gid, x.stat);
        }
        if (status == Status.OK && (valid & SIZE) != 0) {
            status = resize(node, x.request.quad(16));
        }
        if (status == Status.OK && (valid & MODE) != 0) {
            status = changes.setMode(node, x.request.word(68), x.stat);
        }
        if (status == Status.OK && (nothing || (valid & (TIMES | CTIME)) != 0)) {
            status = setTimes(x, node, valid);
        }
        x.attributes(status == Status.OK ? reader.describe(node, x.stat) : status);
    }

    private Status resize(long node, long size) {
        try {
            content.resize(node, size);
            return Status.OK;
        } catch (BackingFailure failure) {
            return failure.status();
        }
    }

    private Status setTimes(Exchange x, long node, int valid) {
        long atime = time(x, valid, ATIME, ATIME_NOW, 32, 56);
        long mtime = time(x, valid, MTIME, MTIME_NOW, 40, 60);
        long ctime = time(x, valid, CTIME, 0, 48, 64);
        return changes.setTimes(node, atime, mtime, ctime, x.stat);
    }

    private long time(Exchange x, int valid, int given, int now, int seconds, int nanos) {
        if ((valid & now) != 0) {
            return changes.now();
        }
        if ((valid & given) == 0) {
            return Long.MIN_VALUE;
        }
        long whole = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, x.request.quad(seconds)));
        return whole * NANOS + x.request.word(nanos);
    }

    void readLink(Exchange x) {
        String target = reader.target(x.request.node());
        if (target == null) {
            x.answer.status(Status.INVALID);
            return;
        }
        long at = x.answer.body();
        for (int i = 0; i < target.length(); i++) {
            MEMORY.putByte(at + i, (byte) target.charAt(i));
        }
        x.answer.send(target.length());
    }
}

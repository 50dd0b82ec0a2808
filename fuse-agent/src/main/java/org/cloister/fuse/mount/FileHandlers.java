package org.cloister.fuse.mount;

import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionContent;

/** Requests about the content of files. {@code fi->fh} is the descriptor. */
final class FileHandlers {
    private static final int ACCESS_MODE = 3;
    private static final int READ_ONLY = 0;
    /** Linux on every architecture that Debian has but mips and alpha. */
    private static final int TRUNCATE = 01000;

    private static final int KEEP_SIZE = 1;

    private final LowLevelFuse fuse;
    private final Native host;
    private final Reply reply;
    private final Layouts layouts;
    private final NodeHandlers nodes;
    private final UnionChanges changes;
    private final UnionContent content;
    private final CheckedRead reads;

    FileHandlers(
            LowLevelFuse fuse,
            Native host,
            Reply reply,
            Layouts layouts,
            NodeHandlers nodes,
            UnionChanges changes,
            UnionContent content) {
        this.fuse = fuse;
        this.host = host;
        this.reply = reply;
        this.layouts = layouts;
        this.nodes = nodes;
        this.changes = changes;
        this.content = content;
        this.reads = new CheckedRead(host, content);
    }

    void open(long request, long node, long fileInfo) {
        int flags = layouts.flags(fileInfo);
        int descriptor;
        try {
            descriptor = content.open(node, (flags & ACCESS_MODE) != READ_ONLY, (flags & TRUNCATE) != 0);
        } catch (BackingFailure failure) {
            reply.status(request, failure.status());
            return;
        }
        if (!reply.opened(request, fileInfo, descriptor)) {
            content.release(node, descriptor);
        }
    }

    void create(long request, long parent, long name, int mode, long fileInfo) {
        Scratch memory = reply.scratch();
        String text = Native.name(name);
        int type = Mode.FILE | (mode & Mode.PERMISSIONS);
        Status status = changes.create(parent, text, nodes.birth(request, type, 0, null), memory.stat);
        if (status != Status.OK) {
            reply.status(request, status);
            return;
        }
        long node = memory.stat.node;
        int descriptor;
        try {
            descriptor = content.open(node, true, false);
        } catch (BackingFailure failure) {
            changes.unlink(parent, text, memory.other);
            reply.status(request, failure.status());
            return;
        }
        if (!reply.created(request, memory, fileInfo, descriptor)) {
            content.release(node, descriptor);
        }
    }

    void read(long request, long node, long size, long offset, long fileInfo) {
        long buffer = reply.scratch().data;
        long wanted = Math.min(size, Scratch.DATA);
        long count = reads.read(node, (int) layouts.handle(fileInfo), buffer, wanted, offset);
        if (count < 0) {
            reply.errno(request, (int) -count);
        } else {
            fuse.fuse_reply_buf(request, buffer, count);
        }
    }

    void write(long request, long node, long buffer, long size, long offset, long fileInfo) {
        int descriptor = (int) layouts.handle(fileInfo);
        long count = host.libc().pwrite(descriptor, buffer, size, offset);
        if (count < 0) {
            reply.errno(request, host.errno());
            return;
        }
        content.written(node, offset, offset + count);
        fuse.fuse_reply_write(request, count);
    }

    void fallocate(long request, long node, int mode, long offset, long length, long fileInfo) {
        if (host.libc().fallocate((int) layouts.handle(fileInfo), mode, offset, length) != 0) {
            reply.errno(request, host.errno());
            return;
        }
        content.allocated(node, (mode & KEEP_SIZE) != 0 ? 0 : offset + length);
        reply.status(request, Status.OK);
    }

    void sync(long request, long node, int dataOnly, long fileInfo) {
        try {
            content.sync(node, (int) layouts.handle(fileInfo));
            reply.status(request, Status.OK);
        } catch (BackingFailure failure) {
            reply.status(request, failure.status());
        }
    }

    void release(long request, long node, long fileInfo) {
        content.release(node, (int) layouts.handle(fileInfo));
        reply.status(request, Status.OK);
    }
}

package org.cloister.fuse.kernel;

import java.util.concurrent.Semaphore;
import org.cloister.fuse.mount.CheckedRead;
import org.cloister.fuse.mount.Errno;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.BackingFailure;
import org.cloister.fuse.union.Union;
import org.cloister.fuse.union.UnionChanges;
import org.cloister.fuse.union.UnionContent;
import org.cloister.fuse.union.UnionReader;

/** Requests about the content of files. They name the node; a descriptor is borrowed for each of them. */
final class FileRequests {
    /** Bits of {@code fuse_write_in.write_flags}. */
    private static final int FROM_CACHE = 1;

    private static final int KILL_PRIVILEGES = 1 << 2;
    /** FALLOC_FL_KEEP_SIZE. */
    private static final int KEEP_SIZE = 1;

    private static final int SEEK_DATA = 3;
    private static final int ENXIO = 6;
    private static final int ENOSPC = 28;
    private static final int EDQUOT = 122;
    /** What the kernel reads of one answer as a 32-bit count. */
    private static final long MAX_COPY = 1 << 30;

    private final Native host;
    private final UnionReader reader;
    private final UnionChanges changes;
    private final UnionContent content;
    private final CheckedRead reads;
    private final boolean writeback;
    private final Notices notices;
    private final PassedFiles passed;
    /** Calling dirty pages in waits for another worker to write them: never more than one may wait. */
    private final Semaphore calling = new Semaphore(1);

    /** {@code writeback}: the kernel keeps the times of what it writes from its cache. */
    FileRequests(Native host, Union union, Notices notices, boolean writeback, PassedFiles passed) {
        this.passed = passed;
        this.notices = notices;
        this.host = host;
        this.reader = union.reader();
        this.changes = union.changes();
        this.content = union.content();
        this.reads = new CheckedRead(host, content);
        this.writeback = writeback;
    }

    /** Where opening is asked for. A damaged file is refused now, not when it is read. */
    void open(Exchange x) {
        Status status = reader.describe(x.request.node(), x.stat);
        if (status == Status.OK && (x.stat.mode & Mode.TYPE) == Mode.FILE) {
            status = check(x.request.node());
        }
        if (status != Status.OK) {
            x.answer.status(status);
            return;
        }
        int backing = passed.open(x.request.node());
        if (!x.answer.opened(backing)) {
            passed.close(x.request.node(), backing);
        }
    }

    void release(Exchange x) {
        passed.close(x.request.node(), x.request.quad(0));
        x.answer.errno(0);
    }

    private Status check(long node) {
        try {
            content.release(node, content.borrow(node, false));
            return Status.OK;
        } catch (BackingFailure failure) {
            return failure.status();
        }
    }

    /** Gives errno, or 0. */
    private interface Use {
        int of(int descriptor) throws BackingFailure;
    }

    private static boolean isFull(int errno) {
        return errno == ENOSPC || errno == EDQUOT;
    }

    /** Answers what went wrong; true when nothing did and the answer is still to be given. */
    private boolean use(Exchange x, long node, boolean write, Use use) {
        int errno;
        try {
            int descriptor = content.borrow(node, write);
            try {
                errno = use.of(descriptor);
                if (write && isFull(errno) && content.makeRoom(node)) {
                    errno = use.of(descriptor);
                }
            } finally {
                content.release(node, descriptor);
            }
        } catch (BackingFailure failure) {
            x.answer.status(failure.status());
            return false;
        }
        if (errno != 0) {
            x.answer.errno(errno);
        }
        return errno == 0;
    }

    void read(Exchange x) {
        long node = x.request.node();
        long wanted = Math.min(Integer.toUnsignedLong(x.request.word(16)), x.answer.capacity());
        long end = reader.describe(node, x.stat) == Status.OK ? x.stat.size : 0;
        long count = reads.read(node, x.answer.body(), wanted, x.request.quad(8), end, x.mayWait);
        if (count < 0) {
            x.answer.errno((int) -count);
        } else {
            x.answer.send((int) count);
        }
    }

    void write(Exchange x) {
        long node = x.request.node();
        int flags = x.request.word(20);
        long offset = x.request.quad(8);
        long count;
        try {
            int descriptor = content.borrow(node, true);
            count = host.libc().pwrite(descriptor, x.request.tail(), x.request.items(), offset);
            int errno = count < 0 ? host.errno() : 0;
            if (isFull(errno) && content.makeRoom(node)) {
                count = host.libc().pwrite(descriptor, x.request.tail(), x.request.items(), offset);
                errno = count < 0 ? host.errno() : 0;
            }
            content.release(node, descriptor);
            if (count < 0) {
                x.answer.errno(errno);
                return;
            }
        } catch (BackingFailure failure) {
            x.answer.status(failure.status());
            return;
        }
        if ((flags & KILL_PRIVILEGES) != 0) {
            changes.dropPrivileges(node, x.request.uid(), x.request.gid(), x.stat);
        }
        if (writeback && (flags & FROM_CACHE) != 0) {
            content.filled(node, offset, offset + count);
        } else {
            content.written(node, offset, offset + count);
        }
        x.answer.number(count);
    }

    void sync(Exchange x) {
        x.willWait();
        long node = x.request.node();
        passed.settle(node);
        boolean done = use(x, node, false, descriptor -> {
            content.sync(node, descriptor);
            return 0;
        });
        if (done) {
            x.answer.errno(0);
        }
    }

    void allocate(Exchange x) {
        x.willWait();
        long node = x.request.node();
        long offset = x.request.quad(8);
        long length = x.request.quad(16);
        int mode = x.request.word(24);
        boolean done = use(
                x,
                node,
                true,
                descriptor -> host.libc().fallocate(descriptor, mode, offset, length) == 0 ? 0 : host.errno());
        if (done) {
            content.allocated(node, (mode & KEEP_SIZE) != 0 ? 0 : offset + length);
            x.answer.errno(0);
        }
    }

    /**
     * Data and holes. What a program wrote through a mapping may still be in the kernel alone, so it is called in first; where that
     * is going on already, the whole file is data, which is always true.
     */
    void seek(Exchange x) {
        long node = x.request.node();
        if (!calling.tryAcquire()) {
            wholeIsData(x, node);
            return;
        }
        x.willWait();
        try {
            notices.forgetNode(node);
        } finally {
            calling.release();
        }
        seekOnDisk(x);
    }

    private void wholeIsData(Exchange x, long node) {
        long offset = x.request.quad(8);
        Status status = reader.describe(node, x.stat);
        if (status != Status.OK) {
            x.answer.status(status);
        } else if (offset < 0 || offset >= x.stat.size) {
            x.answer.errno(ENXIO);
        } else {
            x.answer.number(x.request.word(16) == SEEK_DATA ? offset : x.stat.size);
        }
    }

    private void seekOnDisk(Exchange x) {
        long[] found = new long[1];
        boolean done = use(x, x.request.node(), false, descriptor -> {
            found[0] = host.libc().lseek(descriptor, x.request.quad(8), x.request.word(16));
            return found[0] < 0 ? host.errno() : 0;
        });
        if (done) {
            x.answer.number(found[0]);
        }
    }

    void copyRange(Exchange x) {
        x.willWait();
        long target = x.request.quad(16);
        long offset = x.request.quad(32);
        long[] copied = new long[1];
        boolean done = use(x, target, true, to -> {
            copied[0] = copyRange(x, to, offset);
            return copied[0] < 0 ? (int) -copied[0] : 0;
        });
        if (done) {
            content.written(target, offset, offset + copied[0]);
            x.answer.number(copied[0]);
        }
    }

    /** Bytes, or a negative errno. */
    private long copyRange(Exchange x, int to, long offset) throws BackingFailure {
        long source = x.request.node();
        long length = Math.min(x.request.quad(40), MAX_COPY);
        int from = content.borrow(source, false);
        try {
            long start = x.request.quad(8);
            long count = host.copyRange(from, start, to, offset, length);
            int errno = count < 0 ? host.errno() : 0;
            if (count >= 0 && !content.vouches(from, start, count == 0 ? Math.min(1, length) : count, count)) {
                content.doubt(source, from);
                return -Errno.of(Status.DAMAGED);
            }
            return count < 0 ? -errno : count;
        } finally {
            content.release(source, from);
        }
    }
}

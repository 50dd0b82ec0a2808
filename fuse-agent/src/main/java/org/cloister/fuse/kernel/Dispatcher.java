package org.cloister.fuse.kernel;

import com.kenai.jffi.MemoryIO;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.tree.Status;
import org.cloister.fuse.union.Union;

/** Who answers what. Each request is answered exactly once, but for those to which the kernel takes no answer. */
final class Dispatcher {
    private static final int ENOSYS = 38;
    private static final int EINVAL = 22;
    private static final int EIO = 5;
    private static final int ENOTTY = 25;
    private static final int NAME_MAX = 255;
    private static final int STATFS = 80;
    /** More than any {@code struct statvfs}. */
    private static final int STATVFS = 256;

    private static final MemoryIO MEMORY = Native.MEMORY;

    private final Native host;
    private final PassedFiles passed;
    private final byte[] stateOnDisk;
    private final Negotiation negotiation;
    private final NodeRequests nodes;
    private final NameRequests names;
    private final FileRequests files;
    private final DirectoryRequests directories;
    private final AttributeRequests attributes;

    /** {@code stateOnDisk}: whose free space is reported. */
    Dispatcher(
            Native host,
            Union union,
            Lookups lookups,
            Notices notices,
            PassedFiles passed,
            byte[] stateOnDisk,
            Negotiation negotiation) {
        this.passed = passed;
        this.host = host;
        this.stateOnDisk = stateOnDisk;
        this.negotiation = negotiation;
        this.nodes = new NodeRequests(union.reader(), union.changes(), union.content(), lookups, passed);
        this.names = new NameRequests(union.changes(), negotiation.has(Feature.POSIX_ACL), passed);
        this.files = new FileRequests(host, union, notices, negotiation.has(Feature.WRITEBACK_CACHE), passed);
        this.directories = new DirectoryRequests(union.reader(), union.content(), lookups, passed);
        this.attributes = new AttributeRequests(
                union.reader(),
                union.changes(),
                negotiation.has(Feature.POSIX_ACL),
                negotiation.has(Feature.SETXATTR_EXT));
    }

    /** {@code received} bytes are in the request's memory. */
    void handle(Exchange x, int received) {
        Request.Verdict verdict = x.request.accept(received);
        if (verdict == Request.Verdict.NO_REQUEST) {
            return;
        }
        x.answer.to(x.request.unique());
        switch (verdict) {
            case WHOLE -> answer(x, x.request.operation());
            case UNKNOWN -> x.answer.errno(ENOSYS);
            case MALFORMED -> refuse(x, EINVAL);
            case NO_REQUEST -> throw new IllegalStateException("handled above");
        }
    }

    /** Does what a predecessor's worker was about to do when it was killed; nothing where that was to wait. */
    void resume(Exchange x) {
        if (x.isAnswered()) {
            x.answer.sendAgain();
        } else if (x.request.left() != 0) {
            resume(x, x.request.left());
        }
    }

    private void resume(Exchange x, int received) {
        boolean whole = x.request.accept(received) == Request.Verdict.WHOLE;
        if (!whole || !x.wasMade()) {
            handle(x, received);
            return;
        }
        x.answer.to(x.request.unique());
        switch (x.request.operation()) {
            case CREATE, TMPFILE -> x.created(nodes.describe(x.made(), x.stat), passed);
            case MKNOD, MKDIR, SYMLINK, LINK -> x.entry(nodes.describe(x.made(), x.stat));
            case UNLINK, RMDIR, RENAME, RENAME2, SETXATTR, REMOVEXATTR -> x.answer.status(Status.OK);
            default -> handle(x, received);
        }
    }

    /** Something unforeseen happened while the request was answered. */
    void fail(Exchange x) {
        refuse(x, EIO);
    }

    private static void refuse(Exchange x, int errno) {
        if (!x.request.isUnanswered()) {
            x.answer.errno(errno);
        }
    }

    private void answer(Exchange x, Operation operation) {
        switch (operation) {
            case LOOKUP -> nodes.lookup(x);
            case FORGET -> {
                x.request.forget();
                nodes.forget(x);
            }
            case BATCH_FORGET -> {
                x.request.forget();
                nodes.forgetMany(x);
            }
            case GETATTR -> nodes.getAttributes(x);
            case SETATTR -> nodes.setAttributes(x);
            case READLINK -> nodes.readLink(x);
            case SYMLINK -> names.makeLink(x);
            case MKNOD -> names.makeNode(x);
            case MKDIR -> names.makeDirectory(x);
            case UNLINK -> names.unlink(x);
            case RMDIR -> names.removeDirectory(x);
            case RENAME -> names.rename(x);
            case RENAME2 -> names.renameWithFlags(x);
            case LINK -> names.link(x);
            case CREATE -> create(x);
            case TMPFILE -> names.createNameless(x);
            case OPEN -> open(x);
            case OPENDIR -> openDirectory(x);
            case READ -> files.read(x);
            case WRITE -> files.write(x);
            case FSYNC -> files.sync(x);
            case FALLOCATE -> files.allocate(x);
            case LSEEK -> files.seek(x);
            case COPY_FILE_RANGE -> files.copyRange(x);
            case READDIR -> directories.list(x);
            case READDIRPLUS -> directories.listWithAttributes(x);
            case FSYNCDIR, SYNCFS -> directories.sync(x);
            case SETXATTR -> attributes.set(x);
            case GETXATTR -> attributes.get(x);
            case LISTXATTR -> attributes.list(x);
            case REMOVEXATTR -> attributes.remove(x);
            case STATFS -> space(x);
            case RELEASE -> files.release(x);
            case RELEASEDIR, DESTROY -> x.answer.errno(0);
            case IOCTL -> x.answer.errno(ENOTTY);
            case INIT -> x.answer.errno(EINVAL);
            case FLUSH, ACCESS, POLL, INTERRUPT -> x.answer.errno(ENOSYS);
        }
    }

    /** ENOSYS makes the kernel open by itself from now on. */
    private void open(Exchange x) {
        if (negotiation.has(Feature.NO_OPEN)) {
            x.answer.errno(ENOSYS);
        } else {
            files.open(x);
        }
    }

    /** ENOSYS makes the kernel use MKNOD, which spares it the RELEASE. */
    private void create(Exchange x) {
        if (negotiation.has(Feature.NO_OPEN)) {
            x.answer.errno(ENOSYS);
        } else {
            names.createFile(x);
        }
    }

    private void openDirectory(Exchange x) {
        if (negotiation.has(Feature.NO_OPENDIR)) {
            x.answer.errno(ENOSYS);
        } else {
            directories.open(x);
        }
    }

    /** {@code struct fuse_kstatfs} of {@code struct statvfs}, whose first fields are longs on every 64-bit glibc. */
    private void space(Exchange x) {
        long from = x.answer.body() + STATFS;
        MEMORY.setMemory(x.answer.body(), STATFS + STATVFS, (byte) 0);
        if (host.libc().statvfs(stateOnDisk, from) != 0) {
            x.answer.errno(host.errno());
            return;
        }
        long to = x.answer.body();
        MEMORY.putLong(to, MEMORY.getLong(from + 16));
        MEMORY.putLong(to + 8, MEMORY.getLong(from + 24));
        MEMORY.putLong(to + 16, MEMORY.getLong(from + 32));
        MEMORY.putLong(to + 24, MEMORY.getLong(from + 40));
        MEMORY.putLong(to + 32, MEMORY.getLong(from + 48));
        MEMORY.putInt(to + 40, (int) MEMORY.getLong(from));
        MEMORY.putInt(to + 44, NAME_MAX);
        MEMORY.putInt(to + 48, (int) MEMORY.getLong(from + 8));
        x.answer.send(STATFS);
    }
}

package org.cloister.fuse.mount;

import org.cloister.fuse.tree.Status;

/** The one translation between statuses and errno values, which are Linux's own (errno(3), asm-generic/errno.h). */
public final class Errno {
    private static final int EPERM = 1;
    static final int ENOENT = 2;
    private static final int EIO = 5;
    private static final int EEXIST = 17;
    private static final int EXDEV = 18;
    private static final int ENOTDIR = 20;
    private static final int EISDIR = 21;
    private static final int EINVAL = 22;
    private static final int ENFILE = 23;
    private static final int EMFILE = 24;
    private static final int EFBIG = 27;
    private static final int ENOSPC = 28;
    private static final int EMLINK = 31;
    private static final int ERANGE = 34;
    private static final int ENAMETOOLONG = 36;
    private static final int ENOTEMPTY = 39;
    private static final int ENODATA = 61;
    private static final int EOPNOTSUPP = 95;
    private static final int ESTALE = 116;
    private static final int EDQUOT = 122;

    private Errno() {}

    /** Positive, 0 for OK. */
    public static int of(Status status) {
        return switch (status) {
            case OK -> 0;
            case NOT_FOUND -> ENOENT;
            case EXISTS -> EEXIST;
            case NOT_DIRECTORY -> ENOTDIR;
            case IS_DIRECTORY -> EISDIR;
            case NOT_EMPTY -> ENOTEMPTY;
            case NAME_TOO_LONG -> ENAMETOOLONG;
            case INVALID -> EINVAL;
            case NOT_PERMITTED -> EPERM;
            case OTHER_ROOT -> EXDEV;
            case NO_ATTRIBUTE -> ENODATA;
            case TOO_SMALL -> ERANGE;
            case NOT_SUPPORTED -> EOPNOTSUPP;
            case TOO_MANY_LINKS -> EMLINK;
            case NO_SPACE -> ENOSPC;
            case QUOTA_USED_UP -> EDQUOT;
            case FILE_TOO_LARGE -> EFBIG;
            case TOO_MANY_OPEN -> ENFILE;
            case STALE -> ESTALE;
            case DAMAGED -> EIO;
        };
    }

    /** What a failure of the host's disk means to a program in a root. */
    static Status status(int errno) {
        if (errno == ENOSPC) {
            return Status.NO_SPACE;
        }
        if (errno == EDQUOT) {
            return Status.QUOTA_USED_UP;
        }
        if (errno == EFBIG) {
            return Status.FILE_TOO_LARGE;
        }
        if (errno == EINVAL) {
            return Status.INVALID;
        }
        if (errno == EMFILE || errno == ENFILE) {
            return Status.TOO_MANY_OPEN;
        }
        if (errno == EOPNOTSUPP) {
            return Status.NOT_SUPPORTED;
        }
        return Status.DAMAGED;
    }
}

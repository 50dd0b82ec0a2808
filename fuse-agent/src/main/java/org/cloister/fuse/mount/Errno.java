package org.cloister.fuse.mount;

import org.cloister.fuse.tree.Status;
import ru.serce.jnrfuse.ErrorCodes;

/** The one translation between statuses and errno values. */
public final class Errno {
    private static final int ESTALE = 116;
    private static final int EDQUOT = 122;

    private Errno() {}

    /** Positive, 0 for OK. */
    public static int of(Status status) {
        return switch (status) {
            case OK -> 0;
            case NOT_FOUND -> ErrorCodes.ENOENT();
            case EXISTS -> ErrorCodes.EEXIST();
            case NOT_DIRECTORY -> ErrorCodes.ENOTDIR();
            case IS_DIRECTORY -> ErrorCodes.EISDIR();
            case NOT_EMPTY -> ErrorCodes.ENOTEMPTY();
            case NAME_TOO_LONG -> ErrorCodes.ENAMETOOLONG();
            case INVALID -> ErrorCodes.EINVAL();
            case NOT_PERMITTED -> ErrorCodes.EPERM();
            case OTHER_ROOT -> ErrorCodes.EXDEV();
            case NO_ATTRIBUTE -> ErrorCodes.ENODATA();
            case TOO_SMALL -> ErrorCodes.ERANGE();
            case NOT_SUPPORTED -> ErrorCodes.EOPNOTSUPP();
            case TOO_MANY_LINKS -> ErrorCodes.EMLINK();
            case NO_SPACE -> ErrorCodes.ENOSPC();
            case QUOTA_USED_UP -> EDQUOT;
            case FILE_TOO_LARGE -> ErrorCodes.EFBIG();
            case TOO_MANY_OPEN -> ErrorCodes.ENFILE();
            case STALE -> ESTALE;
            case DAMAGED -> ErrorCodes.EIO();
        };
    }

    /** What a failure of the host's disk means to a program in a root. */
    static Status status(int errno) {
        if (errno == ErrorCodes.ENOSPC()) {
            return Status.NO_SPACE;
        }
        if (errno == EDQUOT) {
            return Status.QUOTA_USED_UP;
        }
        if (errno == ErrorCodes.EFBIG()) {
            return Status.FILE_TOO_LARGE;
        }
        if (errno == ErrorCodes.EINVAL()) {
            return Status.INVALID;
        }
        if (errno == ErrorCodes.EMFILE() || errno == ErrorCodes.ENFILE()) {
            return Status.TOO_MANY_OPEN;
        }
        if (errno == ErrorCodes.EOPNOTSUPP()) {
            return Status.NOT_SUPPORTED;
        }
        return Status.DAMAGED;
    }
}

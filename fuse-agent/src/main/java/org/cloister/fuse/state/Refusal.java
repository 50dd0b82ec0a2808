package org.cloister.fuse.state;

import java.sql.SQLException;
import org.cloister.fuse.tree.Status;
import org.sqlite.SQLiteErrorCode;

/** Why the disk did not take a table. */
final class Refusal {
    /** The primary code is in the lower byte of an extended one. */
    private static final int PRIMARY = 0xff;

    private Refusal() {}

    /** What the program is told that waits for it. */
    static Status status(Exception e, boolean diskIsFull) {
        return diskIsFull || code(e) == SQLiteErrorCode.SQLITE_FULL ? Status.NO_SPACE : Status.DAMAGED;
    }

    /** SQLite calls a quota that is used up an error of the disk (unixWrite knows ENOSPC alone); so does Java everything. */
    static boolean maybeFull(Exception e) {
        return switch (code(e)) {
            case SQLITE_FULL, SQLITE_IOERR, SQLITE_CANTOPEN -> true;
            default -> !(e instanceof SQLException);
        };
    }

    private static SQLiteErrorCode code(Exception e) {
        return e instanceof SQLException sql
                ? SQLiteErrorCode.getErrorCode(sql.getErrorCode() & PRIMARY)
                : SQLiteErrorCode.UNKNOWN_ERROR;
    }
}

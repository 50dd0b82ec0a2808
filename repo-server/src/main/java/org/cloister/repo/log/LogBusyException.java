package org.cloister.repo.log;

import java.io.IOException;

/** More is waiting to be appended than the log takes on. Nothing was appended: ask again later. */
public final class LogBusyException extends IOException {
    private static final long serialVersionUID = 1;

    LogBusyException(String message) {
        super(message);
    }
}

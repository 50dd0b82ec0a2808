package org.cloister.repo.pool;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The store that has the pool's content doesn't answer, or not as it should. Nothing of what was tried is visible, or all of it. */
public final class StoreAwayException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String detail;
    private final String remedy;

    /**
     * @param detail which store, what it said, and during what
     * @param remedy what to do
     */
    public StoreAwayException(String detail, String remedy, @Nullable Throwable cause) {
        super(detail + ": " + remedy, cause);
        this.detail = detail;
        this.remedy = remedy;
    }

    /** Which store, what it said, and during what. */
    public String detail() {
        return detail;
    }

    /** What to do. */
    public String remedy() {
        return remedy;
    }
}

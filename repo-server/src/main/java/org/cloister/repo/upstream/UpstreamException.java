package org.cloister.repo.upstream;

import java.io.IOException;

/** The archive could not be read, or not be believed. The message is for people: what was asked, what came. */
public final class UpstreamException extends IOException {
    private static final long serialVersionUID = 1L;
    private final Problem problem;

    /** What kind of thing went wrong. */
    public enum Problem {
        /** No connection, a cut one, a server error: after all attempts. */
        UNREACHABLE,
        /** The server says that it has no such file. */
        NOT_FOUND,
        /** More bytes than the file may have. */
        TOO_LARGE,
        /** Not what its signed digest or size says. */
        WRONG_CONTENT,
        /** InRelease isn't a clearsigned file. */
        UNSIGNED,
        /** No good signature by a key of the definition. */
        BAD_SIGNATURE,
        /** The Valid-Until is past. */
        EXPIRED,
        /** The Date is in the future. */
        FROM_THE_FUTURE,
        /** Older than what was seen before: a replayed old state. */
        ROLLED_BACK,
        /** Signed, but not what it should be: another suite, unreadable fields. */
        MALFORMED
    }

    public UpstreamException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    public UpstreamException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}

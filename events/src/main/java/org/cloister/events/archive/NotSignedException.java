package org.cloister.events.archive;

/** An InRelease file that can't be believed, or keys that can't be used. The message is for people. */
public final class NotSignedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final Problem problem;

    /** What kind of thing is wrong. */
    public enum Problem {
        /** More bytes than the file may have. */
        TOO_LARGE,
        /** InRelease isn't a clearsigned file. */
        UNSIGNED,
        /** No good signature by one of the keys, or the keys can't be read. */
        BAD_SIGNATURE
    }

    NotSignedException(Problem problem, String message) {
        super(message);
        this.problem = problem;
    }

    NotSignedException(Problem problem, String message, Throwable cause) {
        super(message, cause);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }
}

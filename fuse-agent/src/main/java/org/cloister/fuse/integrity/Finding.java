package org.cloister.fuse.integrity;

/** What was wrong with an object. The words stand in the host's events (docs/protocol.md). */
public enum Finding {
    MISSING("missing"),
    /** Shorter or longer than recorded. */
    WRONG_SIZE("has another size"),
    DIFFERENT("differs from its digest"),
    /** The disk or the file system refuses. */
    UNREADABLE("cannot be read");

    private final String words;

    Finding(String words) {
        this.words = words;
    }

    public String words() {
        return words;
    }
}

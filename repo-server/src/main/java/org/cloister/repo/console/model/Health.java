package org.cloister.repo.console.model;

/** How it stands with a host, the worst first. */
public enum Health {
    /** Stored content isn't what its digest says, and isn't mended yet. */
    DAMAGED("damaged", "bad"),
    /** The newest request for some root failed. */
    FAILED("failed", "bad"),
    /** Something was asked a while ago and there is no report of it. */
    BEHIND("behind", "warn"),
    /** Something was asked and is being done. */
    WORKING("working", "info"),
    /** It never reported anything. */
    NEW("new", "info"),
    /** Has what it shall have. */
    HEALTHY("healthy", "good"),
    RETIRED("retired", "muted");

    private final String word;
    private final String tone;

    Health(String word, String tone) {
        this.word = word;
        this.tone = tone;
    }

    public String word() {
        return word;
    }

    /** The colour's name in the style sheet. */
    public String tone() {
        return tone;
    }

    /** @throws IllegalArgumentException if there is no such word */
    public static Health parse(String word) {
        for (Health health : values()) {
            if (health.word.equals(word)) {
                return health;
            }
        }
        throw new IllegalArgumentException("no such health: " + word);
    }
}

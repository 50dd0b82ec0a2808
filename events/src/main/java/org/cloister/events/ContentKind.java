package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What the pool has. */
public enum ContentKind {
    /** A package file as it was published. */
    ARTIFACT,
    /** The manifest of a file tree. */
    LAYER,
    /** The content of a file. */
    OBJECT;

    private final String text = name().toLowerCase(Locale.ROOT);

    /** Lower-case. */
    @JsonValue
    public String text() {
        return text;
    }

    /** @throws IllegalArgumentException if there is no such kind */
    @JsonCreator
    public static ContentKind parse(String text) {
        for (ContentKind kind : values()) {
            if (kind.text.equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("not a kind of content: " + text);
    }
}

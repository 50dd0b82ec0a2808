package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A mirror, at most 64 characters. */
public record MirrorName(String text) implements Comparable<MirrorName> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    @JsonCreator
    public MirrorName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a mirror name: " + text);
        }
    }

    @Override
    public int compareTo(MirrorName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

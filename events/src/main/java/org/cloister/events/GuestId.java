package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** One guest of a host from its start to its end: its root's name and a number, {@code hello-4711}. At most 110 characters. */
public record GuestId(String text) implements Comparable<GuestId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]{0,98}-[0-9]{1,10}");

    @JsonCreator
    public GuestId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a guest's name: " + text);
        }
    }

    @Override
    public int compareTo(GuestId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Ties a request to everything that came of it. At most 64 characters. */
public record CorrelationId(String text) implements Comparable<CorrelationId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9-]{1,64}");

    @JsonCreator
    public CorrelationId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a correlation id: " + text);
        }
    }

    @Override
    public int compareTo(CorrelationId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

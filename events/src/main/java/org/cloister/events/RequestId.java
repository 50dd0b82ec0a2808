package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** Names one command; the same id again returns the first answer. At most 64 characters. */
public record RequestId(String text) implements Comparable<RequestId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9-]{1,64}");

    @JsonCreator
    public RequestId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a request id: " + text);
        }
    }

    @Override
    public int compareTo(RequestId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** What a hold is called, such as the number of a case; at most 64 characters. */
public record HoldName(String text) implements Comparable<HoldName> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    @JsonCreator
    public HoldName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not a hold's name: " + text + " (letters, digits, . _ -, at most 64, a letter or digit first)");
        }
    }

    @Override
    public int compareTo(HoldName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

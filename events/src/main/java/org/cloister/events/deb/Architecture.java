package org.cloister.events.deb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A Debian architecture, {@code all} included (Debian Policy 5.6.8). */
public record Architecture(String text) implements Comparable<Architecture> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");

    @JsonCreator
    public Architecture {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not an architecture: " + text);
        }
    }

    @Override
    public int compareTo(Architecture other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

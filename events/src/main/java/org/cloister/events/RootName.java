package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A root below the mount: the name or alias of a package. A leading dot marks a scratch root. At most 100 characters. */
public record RootName(String text) implements Comparable<RootName> {
    private static final Pattern FORM = Pattern.compile("\\.?[A-Za-z0-9][A-Za-z0-9+._-]{0,98}");

    @JsonCreator
    public RootName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a root name: " + text);
        }
    }

    @Override
    public int compareTo(RootName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

package org.cloister.events.deb;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A package's name (Debian Policy 5.6.1; one character is allowed, as dpkg does). At most 128 characters. */
public record PackageName(String text) implements Comparable<PackageName> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9+.-]{0,127}");

    @JsonCreator
    public PackageName {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "not a package name: " + text + " (lower-case letters, digits, + - . ; Debian Policy 5.6.1)");
        }
    }

    @Override
    public int compareTo(PackageName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A distribution, at most 64 characters; a part of an address, so nothing in it needs an escape. */
public record DistributionName(String text) implements Comparable<DistributionName> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    /** Addresses beside the distributions': the repository's key. */
    private static final Pattern RESERVED = Pattern.compile(".*\\.(asc|gpg)");

    @JsonCreator
    public DistributionName {
        if (!FORM.matcher(text).matches() || RESERVED.matcher(text).matches()) {
            throw new IllegalArgumentException("not a distribution name: " + text
                    + " (lower-case letters, digits, . _ -, at most 64; not ending in .asc or .gpg)");
        }
    }

    @Override
    public int compareTo(DistributionName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A security advisory as its publisher names it, such as {@code DSA-5417-1} or {@code CVE-2023-0464}; at most 128 characters. */
public record AdvisoryId(String text) implements Comparable<AdvisoryId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");

    @JsonCreator
    public AdvisoryId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not an advisory's name: " + text);
        }
    }

    @Override
    public int compareTo(AdvisoryId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

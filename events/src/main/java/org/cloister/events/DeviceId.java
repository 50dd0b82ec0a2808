package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A piece of hardware of a host, the same each time that it is attached: lower-case letters, digits and hyphens. */
public record DeviceId(String text) implements Comparable<DeviceId> {
    /** Characters of one. */
    public static final int MAX = 64;

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0," + (MAX - 1) + "}");

    @JsonCreator
    public DeviceId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not the id of a device: " + text + " (see cloister device list)");
        }
    }

    @Override
    public int compareTo(DeviceId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

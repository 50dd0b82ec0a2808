package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A host, for life: {@code h-} and 16 hex digits derived from its public key, so that a cloned machine is noticed. */
public record HostId(String text) implements Comparable<HostId> {
    private static final Pattern FORM = Pattern.compile("h-[0-9a-f]{16}");

    @JsonCreator
    public HostId {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a host id: " + text);
        }
    }

    @Override
    public int compareTo(HostId other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

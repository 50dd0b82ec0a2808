package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/** A service that a root has: the name of its unit without {@code .service}, or of its init script (systemd.unit(5)). At most 200 characters. */
public record ServiceName(String text) implements Comparable<ServiceName> {
    private static final String SUFFIX = ".service";
    private static final Pattern FORM =
            Pattern.compile("[A-Za-z0-9_][A-Za-z0-9:_.\\\\-]{0,120}(@[A-Za-z0-9:_.\\\\-]{0,79})?");

    @JsonCreator
    public ServiceName {
        if (!FORM.matcher(text).matches() || text.endsWith(SUFFIX)) {
            throw new IllegalArgumentException("not the name of a service: " + text);
        }
    }

    /** As people and unit files write it, with the suffix or without. @throws IllegalArgumentException if it can't be a service's */
    public static ServiceName parse(String text) {
        return new ServiceName(text.endsWith(SUFFIX) ? text.substring(0, text.length() - SUFFIX.length()) : text);
    }

    /** As systemd calls it. */
    public String unit() {
        return text + SUFFIX;
    }

    /** Whether it is a template, of which there are only instances ({@code apache2@}). */
    public boolean isTemplate() {
        return text.endsWith("@");
    }

    /** What comes before the {@code @}; all of it where there is none. */
    public String prefix() {
        int at = text.indexOf('@');
        return at < 0 ? text : text.substring(0, at);
    }

    /** What comes after the {@code @}, still escaped; empty where there is none. */
    public String instance() {
        int at = text.indexOf('@');
        return at < 0 ? "" : text.substring(at + 1);
    }

    @Override
    public int compareTo(ServiceName other) {
        return text.compareTo(other.text);
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}

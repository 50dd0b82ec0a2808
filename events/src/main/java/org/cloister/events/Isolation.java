package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What keeps the programs of a root apart from the host. */
public enum Isolation {
    /** Namespaces on the host's kernel. */
    CHROOT,
    /** A User-mode Linux guest, with a kernel of its own. */
    GUEST;

    /** @throws IllegalArgumentException naming those that exist */
    @JsonCreator
    public static Isolation parse(String text) {
        for (Isolation isolation : values()) {
            if (isolation.text().equals(text)) {
                return isolation;
            }
        }
        throw new IllegalArgumentException("no such isolation: " + text + " (chroot, guest)");
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

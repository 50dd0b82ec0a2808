package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a principal may do. An administrator may do everything; every role may read. */
public enum Role {
    READER,
    PUBLISHER,
    AGENT,
    BUILDER,
    OPERATOR,
    AUDITOR,
    ADMINISTRATOR;

    /** @throws IllegalArgumentException naming the roles that exist */
    @JsonCreator
    public static Role parse(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return role;
            }
        }
        throw new IllegalArgumentException(
                "no such role: " + text + " (reader, publisher, agent, builder, operator, auditor, administrator)");
    }

    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

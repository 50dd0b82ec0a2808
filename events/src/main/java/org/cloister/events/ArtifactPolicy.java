package org.cloister.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which of the packages that an archive lists a mirror fetches. */
public enum ArtifactPolicy {
    /** All of them, with each synchronization of the indexes. */
    EVERYTHING,
    /** Those that a synchronization names, with their closures. */
    CLOSURES,
    /** Each when it is first asked for. */
    ON_DEMAND;

    /** @throws IllegalArgumentException naming the policies that exist */
    @JsonCreator
    public static ArtifactPolicy parse(String text) {
        for (ArtifactPolicy policy : values()) {
            if (policy.text().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("no such policy: " + text + " (everything, closures, on-demand)");
    }

    /** In lower case, with hyphens. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

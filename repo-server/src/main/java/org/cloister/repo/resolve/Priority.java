package org.cloister.repo.resolve;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much a system needs a package (Debian Policy 2.5), the most needed first. Only orders choices. */
public enum Priority {
    REQUIRED,
    IMPORTANT,
    STANDARD,
    OPTIONAL,
    EXTRA;

    /** Unknown words count as OPTIONAL. */
    static Priority read(@Nullable String field) {
        return switch (field == null ? "" : field.toLowerCase(Locale.ROOT)) {
            case "required" -> REQUIRED;
            case "important" -> IMPORTANT;
            case "standard" -> STANDARD;
            case "extra" -> EXTRA;
            default -> OPTIONAL;
        };
    }
}

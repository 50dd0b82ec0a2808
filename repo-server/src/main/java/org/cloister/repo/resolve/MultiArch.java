package org.cloister.repo.resolve;

import org.jspecify.annotations.Nullable;

/** The field Multi-Arch (deb-control(5)). */
public enum MultiArch {
    /** Satisfies relations of its own architecture only. */
    NO,
    /** As NO, and can be installed beside itself for other architectures, in the same version. */
    SAME,
    /** Satisfies relations of any architecture. */
    FOREIGN,
    /** Satisfies relations of any architecture that say {@code :any}. */
    ALLOWED;

    /** @throws IllegalArgumentException if the policy knows no such value */
    static MultiArch read(@Nullable String field) {
        if (field == null) {
            return NO;
        }
        return switch (field) {
            case "no", "" -> NO;
            case "same" -> SAME;
            case "foreign" -> FOREIGN;
            case "allowed" -> ALLOWED;
            default -> throw new IllegalArgumentException("Multi-Arch is no, same, foreign or allowed, not " + field);
        };
    }
}

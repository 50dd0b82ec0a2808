package org.cloister.repo.retention;

import java.util.Locale;

/**
 * Why something stays or goes.
 *
 * @param detail names the package, host, hold or event; a sentence without a full stop
 */
public record Reason(Why why, String detail) {
    /** The rules, for scripts. */
    public enum Why {
        // It stays.
        /** A published version that isn't yanked. */
        PUBLISHED,
        /** A version that could be chosen in a state of the log that is retained. */
        RETAINED,
        /** A mirror lists it, or did in a state that is retained. */
        LISTED,
        /** A host has it, shall have it, or may fall back to it. */
        HOST,
        /** A host can be rolled back to it. */
        ROLLBACK,
        /** A hold is on it. */
        HOLD,
        /** The configured layer of a closure that can still be chosen. */
        CONFIGURED,
        /** Archives signed it: the proof of where packages came from. */
        SIGNED,
        /** The record of what was collected. */
        RECORD,
        /** A layer that is in the pool has it. */
        LAYER,
        /** It has only just come, and whoever sent it may be about to say what for. */
        ARRIVED,

        // It goes.
        /** Its version was yanked longer ago than states are retained. */
        YANKED,
        /** No event that counts names it. */
        UNNAMED;

        /** Lower-case. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}

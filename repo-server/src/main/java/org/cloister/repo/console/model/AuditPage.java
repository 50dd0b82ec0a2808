package org.cloister.repo.console.model;

import org.jspecify.annotations.Nullable;

/**
 * The log as somebody who doesn't trust it looks at it.
 *
 * @param checkpoint the signed note
 * @param key with which that is verified
 * @param verification the last one here, or null
 */
public record AuditPage(
        String name,
        long size,
        String checkpoint,
        String key,
        @Nullable Verification verification) {

    /**
     * @param running whether it goes on
     * @param good whether everything fits so far
     * @param text what was found, or how far it is
     */
    public record Verification(boolean running, boolean good, String text, long done, long total, When begun) {}
}

package org.cloister.repo.audit;

import java.util.Locale;

/** Why a root's content is no longer what it was. */
public enum Ending {
    /** The root has another content: an upgrade or a rollback. */
    REPLACED,
    /** The root is gone. */
    REMOVED,
    /** The host was retired: nothing is known of it after that. */
    RETIRED;

    /** Lower-case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}

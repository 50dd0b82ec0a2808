package org.cloister.events.layer;

import java.util.Locale;

/** What the repository says of a host's {@link HostInventory}. */
public enum InventoryVerdict {
    /** The disk is as the events tell. */
    AGREES,
    /** It isn't, and the log says so. */
    DIFFERS,
    /** It isn't; the inventory itself is wanted, to say where. */
    UNEXPLAINED,
    /** Something was asked of the host or reported by it that the inventory doesn't know of: it says nothing. */
    OUTDATED;

    /** As {@code openapi.yaml} writes it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such verdict */
    public static InventoryVerdict of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}

package org.cloister.agent.configure;

import org.cloister.events.layer.LayerId;

/** What became of configuring a closure. */
public sealed interface Configured {
    /** The layer is in the store. */
    record Ready(LayerId layer) implements Configured {}

    /** The packages' own scripts failed, or what is needed isn't published; the same again gives the same. */
    record Failed(String reason) implements Configured {}
}

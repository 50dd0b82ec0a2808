package org.cloister.fuse.union;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.LowerLayer;

/** Where layers come from. The same layer twice is the same object, as long as somebody uses it. */
public interface Layers {
    /** Throws when it is missing or damaged, saying which. */
    LowerLayer load(LayerId layer) throws IOException;

    /** Soon {@link #load} will be called for these, so they may be read meanwhile. What is missing or damaged is told then. */
    default void expect(Set<LayerId> layers) {}

    /** Where the numbers of each loaded layer begin. */
    Map<LayerId, Integer> numbered();

    /** Layers that are not {@code used}, and were not the last time either, are unloaded unless programs are {@code busy} in them. */
    void retain(Set<LayerId> used, Predicate<LowerLayer> busy);
}

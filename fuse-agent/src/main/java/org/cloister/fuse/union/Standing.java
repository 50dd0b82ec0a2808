package org.cloister.fuse.union;

import java.util.List;
import java.util.Map;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;

/**
 * What a mount shows, in the numbers that the kernel knows.
 *
 * @param shown the generation that new opens see
 * @param roots every root that the kernel may know, with the layers that it stood over when this was recorded
 * @param slots how many slots were ever given out
 * @param firstNumbers where the numbers of each loaded layer begin
 * @param nextNumber no shipped node has this number or a higher one
 */
public record Standing(
        Generation shown, List<Slot> roots, int slots, Map<LayerId, Integer> firstNumbers, int nextNumber) {
    /** One root and the slot that is its own as long as the mount lives. */
    public record Slot(int number, RootName name, List<LayerId> layers) {}

    public Standing {
        roots = List.copyOf(roots);
        firstNumbers = Map.copyOf(firstNumbers);
    }
}

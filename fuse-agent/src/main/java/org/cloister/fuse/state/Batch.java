package org.cloister.fuse.state;

import java.util.List;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.SavedNode;
import org.jspecify.annotations.Nullable;

/**
 * One consistent step of the table.
 *
 * @param copied ids of content that must be on the disk before the table says that it is the content
 * @param layers what the root stands over from now on; null: as before
 * @param lastId at least the highest id that was used so far; 0: nothing was made
 */
record Batch(
        List<SavedNode> nodes,
        List<Removed> removed,
        List<NameRow> names,
        List<Long> copied,
        @Nullable List<LayerId> layers,
        long lastId) {
    /** A node whose row goes, with the names in it. */
    record Removed(long id, boolean directory) {}

    /** @param child an id, 0 for a whiteout, null: no row */
    record NameRow(long directory, String name, @Nullable Long child, long cookie) {}

    boolean isEmpty() {
        return nodes.isEmpty() && removed.isEmpty() && names.isEmpty() && layers == null;
    }
}

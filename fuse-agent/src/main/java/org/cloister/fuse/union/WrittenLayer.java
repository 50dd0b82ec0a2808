package org.cloister.fuse.union;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.fuse.tree.Change;
import org.cloister.fuse.tree.ShippedFiles;
import org.cloister.fuse.tree.UnionDiff;
import org.cloister.fuse.tree.UnionReset;
import org.jspecify.annotations.Nullable;

/** What was written to a root of the current generation: to be listed, or thrown away. */
public final class WrittenLayer {
    private final Roots roots;
    private final GenerationSwitch generations;

    public WrittenLayer(Roots roots, GenerationSwitch generations) {
        this.roots = roots;
        this.generations = generations;
    }

    /** Null: no such root. */
    public @Nullable List<Change> diff(String name) {
        UnionRoot root = roots.named(name);
        if (root == null) {
            return null;
        }
        long stamp = root.lock.readLock();
        try {
            return UnionDiff.of(root.tree);
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    /** What the layers of a root ship; null: no such root. */
    public @Nullable List<ShippedFiles.File> shipped(String name) {
        UnionRoot root = roots.named(name);
        return root == null ? null : ShippedFiles.of(root.tree.lower());
    }

    /** Nodes that were written to, by root. */
    public SortedMap<String, Integer> written() {
        SortedMap<String, Integer> counts = new TreeMap<>();
        for (UnionRoot root : roots.present()) {
            counts.put(root.name.text(), root.tree.writtenNodes());
        }
        return counts;
    }

    /** Paths of bytes (Latin-1); an empty list: everything. Gives the number of nodes thrown away, or -1: no such root. */
    public int reset(String name, List<String> paths) throws BackingFailure {
        UnionRoot root = roots.named(name);
        if (root == null) {
            return -1;
        }
        int[] removed = new int[1];
        generations.change(root, () -> {
            UnionReset reset = new UnionReset(root.tree);
            removed[0] = paths.isEmpty() ? reset.all() : 0;
            for (String path : paths) {
                removed[0] = reset.below(path);
            }
            return reset.forget();
        });
        root.writable.sync();
        return removed[0];
    }
}

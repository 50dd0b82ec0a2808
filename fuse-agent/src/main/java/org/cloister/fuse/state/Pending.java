package org.cloister.fuse.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.UpperNode;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are not in the table yet, each node and name once. Filled under the root's lock in exclusive mode and taken
 * under it in shared mode, so what is taken is one consistent state.
 */
final class Pending implements Journal {
    private record Name(long directory, String name) {}

    /** One consistent step of the table. {@code child} of a name: an id, 0 for a whiteout, null: no row. */
    record Batch(
            List<SavedNode> nodes,
            List<UpperNode> removed,
            List<NameRow> names,
            List<UpperNode> copied,
            @Nullable List<LayerId> layers) {}

    record NameRow(long directory, String name, @Nullable Long child) {}

    private static final Long NO_ROW = Long.MIN_VALUE;

    private final Runnable dirty;
    private final Set<UpperNode> changed = new LinkedHashSet<>();
    private final Set<UpperNode> removed = new LinkedHashSet<>();
    private final Map<Name, Long> names = new LinkedHashMap<>();
    /** Content that must be on the disk before the table says that it is the content. */
    private final Set<UpperNode> replacing = new LinkedHashSet<>();

    private @Nullable List<LayerId> layers;
    private long heard;

    /** {@code dirty} is run at every change and must be quick. */
    Pending(Runnable dirty) {
        this.dirty = dirty;
    }

    @Override
    public synchronized void changed(UpperNode node) {
        changed.add(node);
        note();
    }

    @Override
    public synchronized void replaces(UpperNode node) {
        replacing.add(node);
        note();
    }

    @Override
    public synchronized void removed(UpperNode node) {
        changed.remove(node);
        replacing.remove(node);
        removed.add(node);
        note();
    }

    @Override
    public synchronized void named(UpperNode directory, String name, @Nullable UpperNode child) {
        names.put(new Name(directory.id(), name), child == null ? 0L : child.id());
        note();
    }

    @Override
    public synchronized void unnamed(UpperNode directory, String name) {
        names.put(new Name(directory.id(), name), NO_ROW);
        note();
    }

    private void note() {
        heard++;
        dirty.run();
    }

    /** Written with the next change: alone it matters to nobody. */
    synchronized void standsOver(List<LayerId> newer) {
        layers = List.copyOf(newer);
    }

    /** Counts every change since the start. */
    synchronized long heard() {
        return heard;
    }

    synchronized int size() {
        return changed.size() + removed.size() + names.size() + replacing.size();
    }

    synchronized Batch take() {
        List<SavedNode> nodes = new ArrayList<>(changed.size());
        changed.forEach(node -> nodes.add(SavedNode.of(node)));
        List<UpperNode> copied =
                replacing.stream().filter(UpperNode::ownContent).toList();
        List<NameRow> rows = new ArrayList<>(names.size());
        names.forEach(
                (name, child) -> rows.add(new NameRow(name.directory, name.name, child.equals(NO_ROW) ? null : child)));
        List<UpperNode> gone = new ArrayList<>(removed);
        changed.clear();
        replacing.clear();
        removed.clear();
        names.clear();
        List<LayerId> under = layers;
        layers = null;
        return new Batch(nodes, gone, rows, copied, under);
    }
}

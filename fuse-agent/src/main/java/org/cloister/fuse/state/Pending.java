package org.cloister.fuse.state;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Journal;
import org.cloister.fuse.tree.Numbering;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.UpperNode;
import org.cloister.fuse.union.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are not in the table yet, each node and name once. Filled under the root's lock in exclusive mode and taken
 * under it in shared mode, so what is taken is one consistent state.
 */
final class Pending implements Journal {
    private record Name(long directory, String name) {}

    private final Runnable dirty;
    private final @Nullable Redo redo;
    private final Set<UpperNode> changed = new LinkedHashSet<>();
    private final Set<UpperNode> removed = new LinkedHashSet<>();
    private final Map<Name, Batch.NameRow> names = new LinkedHashMap<>();
    /** Content that must be on the disk before the table says that it is the content. */
    private final Set<UpperNode> replacing = new LinkedHashSet<>();
    /** Without a name, and known by their numbers: the session's alone. */
    private final Set<UpperNode> unlinked = new LinkedHashSet<>();

    private @Nullable List<LayerId> layers;
    private long lastId;
    private long heard;

    /** {@code dirty} is run at every change and must be quick. {@code redo}: null where nobody succeeds this process. */
    Pending(Runnable dirty, @Nullable Redo redo) {
        this.dirty = dirty;
        this.redo = redo;
    }

    @Override
    public synchronized void changed(UpperNode node) {
        lastId = Math.max(lastId, node.id());
        unlinked.remove(node);
        changed.add(node);
        note();
        if (redo != null) {
            redo.changed(node);
        }
    }

    @Override
    public synchronized void changedUnlinked(UpperNode node) {
        lastId = Math.max(lastId, node.id());
        unlinked.add(node);
        if (redo != null) {
            redo.changed(node);
        }
    }

    @Override
    public synchronized void replaces(UpperNode node) {
        replacing.add(node);
        if (redo != null) {
            redo.replaces(node);
        }
        note();
    }

    @Override
    public synchronized void removed(UpperNode node) {
        changed.remove(node);
        replacing.remove(node);
        removed.add(node);
        unlinked.add(node);
        if (redo != null) {
            redo.removed(node);
            redo.changed(node);
        }
        note();
    }

    @Override
    public synchronized void forgotten(UpperNode node) {
        unlinked.remove(node);
        if (redo != null) {
            redo.forgotten(node);
        }
    }

    @Override
    public synchronized void renumbered(Numbering numbering) {
        if (redo != null) {
            redo.renumbered(numbering);
        }
    }

    @Override
    public synchronized void named(UpperNode directory, String name, @Nullable UpperNode child) {
        put(new Batch.NameRow(directory.id(), name, child == null ? 0L : child.id(), directory.cookie(name)));
    }

    @Override
    public synchronized void unnamed(UpperNode directory, String name) {
        put(new Batch.NameRow(directory.id(), name, null, 0));
    }

    private void put(Batch.NameRow row) {
        names.put(new Name(row.directory(), row.name()), row);
        if (redo != null) {
            redo.named(row);
        }
        note();
    }

    private void note() {
        heard++;
        dirty.run();
    }

    /** Written with the next change: alone it matters to nobody but a successor. */
    synchronized void standsOver(List<LayerId> newer) {
        layers = List.copyOf(newer);
        if (redo != null) {
            redo.standsOver(layers);
        }
    }

    /** What was heard since the last time is one whole change. */
    synchronized void made(Receipt receipt, long node) {
        if (redo != null) {
            redo.publish(receipt, node);
        }
    }

    /** Counts every change since the start. */
    synchronized long heard() {
        return heard;
    }

    synchronized int size() {
        return changed.size() + removed.size() + names.size() + replacing.size();
    }

    /** @param group of the redo journal up to which the batch reaches */
    record Taken(Batch batch, List<UpperNode> removed, long group) {}

    synchronized Taken take() {
        List<SavedNode> nodes = new ArrayList<>(changed.size());
        changed.forEach(node -> nodes.add(SavedNode.of(node)));
        List<Long> copied = replacing.stream()
                .filter(UpperNode::ownContent)
                .map(UpperNode::id)
                .toList();
        List<Batch.Removed> gone = removed.stream()
                .map(node -> new Batch.Removed(node.id(), node.isDirectory()))
                .toList();
        Batch batch = new Batch(nodes, gone, List.copyOf(names.values()), copied, layers, lastId);
        Taken taken = new Taken(batch, List.copyOf(removed), redo == null ? 0 : redo.carryOver(unlinked));
        changed.clear();
        replacing.clear();
        removed.clear();
        names.clear();
        layers = null;
        return taken;
    }
}

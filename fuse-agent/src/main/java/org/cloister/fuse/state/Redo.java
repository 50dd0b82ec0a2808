package org.cloister.fuse.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.session.RedoJournal;
import org.cloister.fuse.tree.Numbering;
import org.cloister.fuse.tree.SavedNode;
import org.cloister.fuse.tree.UpperNode;
import org.cloister.fuse.union.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one operation, written to the session's journal all together when the operation is complete: from then on a
 * successor knows them. For one thread at a time.
 */
final class Redo {
    private final RedoJournal journal;
    private final RedoRecords records = new RedoRecords();
    private final Set<UpperNode> changed = new LinkedHashSet<>();
    private final List<UpperNode> removed = new ArrayList<>();
    private final List<UpperNode> forgotten = new ArrayList<>();
    private final List<UpperNode> replacing = new ArrayList<>();
    private final List<Batch.NameRow> names = new ArrayList<>();
    private @Nullable List<LayerId> layers;
    private @Nullable Numbering numbering;

    Redo(RedoJournal journal) {
        this.journal = journal;
    }

    void changed(UpperNode node) {
        changed.add(node);
    }

    void removed(UpperNode node) {
        removed.add(node);
    }

    void forgotten(UpperNode node) {
        changed.remove(node);
        forgotten.add(node);
    }

    void replaces(UpperNode node) {
        replacing.add(node);
    }

    void named(Batch.NameRow row) {
        names.add(row);
    }

    void standsOver(List<LayerId> newer) {
        layers = newer;
    }

    void renumbered(Numbering newer) {
        numbering = newer;
    }

    private boolean isEmpty() {
        return changed.isEmpty()
                && removed.isEmpty()
                && forgotten.isEmpty()
                && names.isEmpty()
                && layers == null
                && numbering == null;
    }

    void publish(Receipt receipt, long node) {
        if (isEmpty()) {
            return;
        }
        removed.forEach(gone -> journal.append(records.removed(gone.id(), gone.isDirectory())));
        changed.forEach(one -> journal.append(records.node(SavedNode.of(one))));
        forgotten.forEach(one -> journal.append(records.forgotten(one.id())));
        replacing.forEach(one -> journal.append(records.replaces(one.id())));
        names.forEach(row -> journal.append(records.name(row)));
        List<LayerId> newer = layers;
        if (newer != null) {
            journal.append(records.layers(newer));
        }
        Numbering numbers = numbering;
        if (numbers != null) {
            journal.stand(records.numbering(numbers));
        }
        receipt.making(journal.slot(), journal.published() + 1, node);
        journal.publish();
        clear();
    }

    private void clear() {
        changed.clear();
        removed.clear();
        forgotten.clear();
        replacing.clear();
        names.clear();
        layers = null;
        numbering = null;
    }

    /** Gives the group up to which everything may be dropped once it is kept elsewhere: nodes without a name are written again. */
    long carryOver(Collection<UpperNode> unlinked) {
        long group = journal.published();
        if (!unlinked.isEmpty()) {
            unlinked.forEach(node -> journal.append(records.node(SavedNode.of(node))));
            journal.publish();
        }
        return group;
    }

    void drop(long group) {
        journal.drop(group);
    }

    /** What a predecessor left has been published again, or is in the table. */
    void tookOver(long group) {
        journal.drop(group);
        journal.forgetInherited();
    }
}

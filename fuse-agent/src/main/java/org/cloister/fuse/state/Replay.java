package org.cloister.fuse.state;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.session.RedoJournal;
import org.cloister.fuse.tree.Numbering;
import org.cloister.fuse.tree.SavedNode;
import org.jspecify.annotations.Nullable;

/**
 * What a daemon that was killed had answered for and not written to the table: one step of the table, and what only the
 * session knows. For one thread.
 */
final class Replay {
    private record Name(long directory, String name) {}

    private final Map<Long, SavedNode> nodes = new LinkedHashMap<>();
    private final Map<Long, Batch.Removed> removed = new LinkedHashMap<>();
    private final Map<Name, Batch.NameRow> names = new LinkedHashMap<>();
    private final Map<Long, SavedNode> unlinked = new LinkedHashMap<>();
    private final Set<Long> replacing = new LinkedHashSet<>();
    private @Nullable List<LayerId> layers;
    private long lastId;
    private final Numbering numbering;

    private Replay(Numbering numbering) {
        this.numbering = numbering;
    }

    static Replay of(RedoJournal journal) {
        ByteBuffer standing = journal.standing();
        Replay replay = new Replay(standing == null ? Numbering.USUAL : RedoRecords.numbering(standing));
        journal.replay(replay::read);
        return replay;
    }

    private void read(ByteBuffer in) {
        byte kind = in.get();
        switch (kind) {
            case RedoRecords.NODE -> node(RedoRecords.node(in));
            case RedoRecords.REMOVED -> removed(RedoRecords.removed(in));
            case RedoRecords.FORGOTTEN -> unlinked.remove(in.getLong());
            case RedoRecords.NAME -> name(RedoRecords.name(in, true));
            case RedoRecords.UNNAMED -> name(RedoRecords.name(in, false));
            case RedoRecords.REPLACES -> replacing.add(in.getLong());
            case RedoRecords.LAYERS -> layers = RedoRecords.layers(in);
            default -> throw new IllegalStateException("a record of this session has the unknown kind " + kind);
        }
    }

    private void node(SavedNode node) {
        lastId = Math.max(lastId, node.id());
        if (node.unlinked()) {
            unlinked.put(node.id(), node);
            nodes.remove(node.id());
        } else {
            unlinked.remove(node.id());
            removed.remove(node.id());
            nodes.put(node.id(), node);
        }
    }

    private void removed(Batch.Removed gone) {
        nodes.remove(gone.id());
        removed.put(gone.id(), gone);
    }

    private void name(Batch.NameRow row) {
        names.put(new Name(row.directory(), row.name()), row);
    }

    /** For the table. */
    Batch batch() {
        return new Batch(
                List.copyOf(nodes.values()),
                List.copyOf(removed.values()),
                List.copyOf(names.values()),
                copied(),
                layers,
                lastId);
    }

    private List<Long> copied() {
        List<Long> copied = new ArrayList<>();
        for (Long id : replacing) {
            SavedNode node = nodes.get(id);
            if (node != null && node.ownContent()) {
                copied.add(id);
            }
        }
        return copied;
    }

    /** Known by their numbers alone. */
    List<SavedNode> unlinked() {
        return List.copyOf(unlinked.values());
    }

    Numbering numbering() {
        return numbering;
    }
}

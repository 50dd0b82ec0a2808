package org.cloister.fuse.union;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.StampedLock;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.tree.Forget;
import org.cloister.fuse.tree.KnownNames;
import org.cloister.fuse.tree.LowerLayer;
import org.cloister.fuse.tree.LowerTree;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.tree.UnionRebase;
import org.cloister.fuse.tree.UnionTree;
import org.cloister.fuse.tree.UpperNode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes roots of layers and of what was written to them, and moves them to other layers. Called by one thread at a time. */
final class RootLoader {
    private static final Logger LOG = LoggerFactory.getLogger(RootLoader.class);
    /** Programs that rename while a root is switched make us look again; so many times they don't. */
    private static final int MAX_ATTEMPTS = 100;

    private final Layers layers;
    private final Numbers numbers;
    private final WritableStore store;
    private final UnionContent content;
    private final Ownership ownership;

    RootLoader(Layers layers, Numbers numbers, WritableStore store, UnionContent content, Ownership ownership) {
        this.layers = layers;
        this.numbers = numbers;
        this.store = store;
        this.content = content;
        this.ownership = ownership;
    }

    LowerTree stack(List<LayerId> ids) throws IOException {
        List<LowerLayer> stacked = new ArrayList<>();
        for (LayerId id : ids) {
            stacked.add(layers.load(id));
        }
        return LowerTree.stack(numbers, stacked);
    }

    /** What was written stands over the layers that it was written to, if they are still there. */
    UnionRoot load(Generation.Root root, int slot, LowerTree wanted) throws IOException {
        StampedLock lock = new StampedLock();
        Holder holder = new Holder();
        Writable writable = store.open(root.name(), slot, lock, gone -> holder.reclaim(content, gone));
        LowerTree under = older(writable.layers(), wanted);
        UnionTree tree = writable.saved().over(under, writable.journal());
        UnionRoot made = new UnionRoot(root.name(), slot, lock, tree, writable, ownership);
        holder.root = made;
        writable.tookOver();
        content.takeOver(made);
        if (under == wanted) {
            writable.standsOver(wanted.layers());
        }
        return made;
    }

    private LowerTree older(List<LayerId> recorded, LowerTree wanted) {
        if (recorded.isEmpty() || recorded.equals(wanted.layers())) {
            return wanted;
        }
        try {
            return stack(recorded);
        } catch (IOException e) {
            LOG.warn("what was written before is put over the new layers directly: {}", e.getMessage());
            return wanted;
        }
    }

    /** Gives what the kernel has to forget. Throws, with nothing changed to the eye, when content can't be copied. */
    List<Forget> move(UnionRoot root, LowerTree newer) throws BackingFailure {
        Set<UpperNode> pinned = new HashSet<>();
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            long stamp = root.begin();
            Set<UpperNode> copies;
            try {
                UnionRebase rebase = new UnionRebase(root.tree, newer, pinned);
                copies = rebase.detach();
                if (copies.isEmpty()) {
                    List<Forget> forget = rebase.apply();
                    root.writable.standsOver(newer.layers());
                    return forget;
                }
            } finally {
                root.end(stamp);
            }
            for (UpperNode file : copies) {
                content.ownContent(root, root.id(file.local()), Long.MAX_VALUE);
            }
        }
        throw new IllegalStateException("root " + root.name + " is renamed in faster than it can be switched");
    }

    /** Layers that no root stacks any more, but whose files may be open. One that is gone is left out. */
    void loadMore(Set<LayerId> ids) {
        for (LayerId id : ids) {
            try {
                layers.load(id);
            } catch (IOException e) {
                LOG.warn("files of it that are still open can't be read any more: {}", e.getMessage());
            }
        }
    }

    /** All that the kernel may know of a root that stands now, or stood over {@code older} before. */
    List<Forget> everything(UnionRoot root, LowerTree older, KernelCache kernel) {
        long stamp = root.lock.readLock();
        try {
            return KnownNames.of(root.tree, older, local -> kernel.knows(root.id(local)));
        } finally {
            root.lock.unlockRead(stamp);
        }
    }

    Numbers numbers() {
        return numbers;
    }

    UnionContent content() {
        return content;
    }

    WritableStore store() {
        return store;
    }

    Layers layers() {
        return layers;
    }

    /** The table of a root must exist before the root does. */
    private static final class Holder {
        private volatile @Nullable UnionRoot root;

        void reclaim(UnionContent content, UpperNode gone) {
            UnionRoot known = root;
            if (known != null) {
                content.reclaim(known, gone);
            }
        }
    }
}

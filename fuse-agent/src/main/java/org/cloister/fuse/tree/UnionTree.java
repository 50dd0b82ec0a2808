package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One root as its programs see it: the stacked layers, and over them what was written. Nodes are named by their inode
 * number within the root ("local"), which stays the same through copy-up and rename. Reading allocates nothing.
 */
public final class UnionTree {
    /** Number of the root's top directory. */
    public static final long TOP = LowerTree.TOP;

    /** NAME_MAX of every Linux file system that matters. */
    public static final int MAX_NAME = 255;

    /** Cookies of bound names begin here; those of shipped ones are below. A directory of more is no package's. */
    private static final long BOUND = 1 << 24;

    private LowerTree lower;
    private final Uppers uppers;
    final Journal journal;

    UnionTree(LowerTree lower, Uppers uppers, Journal journal) {
        this.lower = lower;
        this.uppers = uppers;
        this.journal = journal;
    }

    /** Nothing was written yet. */
    public static UnionTree fresh(LowerTree lower, Journal journal) {
        return new UnionTree(lower, new Uppers(), journal);
    }

    public LowerTree lower() {
        return lower;
    }

    void stand(LowerTree newer) {
        lower = newer;
    }

    Uppers uppers() {
        return uppers;
    }

    /** Null: the number is of no node of this root, or of one that is gone. */
    public @Nullable Node node(long local) {
        UpperNode upper = uppers.get(local);
        return upper != null && !isFixedLeaf(upper.lower) ? upper : shipped(local);
    }

    private boolean isFixedLeaf(@Nullable LowerNode node) {
        return node != null && lower.isFixed(node) && !node.isDirectory();
    }

    /**
     * Whether {@code node} is of the device layer, and so can't be changed, renamed or removed; a directory of it may have more names
     * ({@link #mayBeIn}).
     */
    public boolean isFixed(Node node) {
        LowerNode shipped = node instanceof UpperNode upper ? upper.lower : (LowerNode) node;
        return shipped != null && lower.isFixed(shipped);
    }

    /**
     * Whether something of this type may get a name in {@code directory}. Those of the device layer take no device, and no directory in which
     * one could be.
     */
    boolean mayBeIn(Node directory, int mode) {
        return !isFixed(directory) || !(Mode.isDevice(mode) || (mode & Mode.TYPE) == Mode.DIRECTORY);
    }

    /** Whether the device layer is shown instead of what is bound to a name of {@code directory}. */
    private boolean isOverruled(@Nullable LowerNode directory, @Nullable LowerNode child, UpperNode bound) {
        if (child != null && lower.isFixed(child)) {
            return true;
        }
        return directory != null
                && lower.isFixed(directory)
                && bound != UpperNode.WHITEOUT
                && (bound.isDevice() || bound.isDirectory());
    }

    /** Something is bound to the name that can't be seen there. */
    boolean isHidden(Node directory, String name) {
        UpperNode bound = directory instanceof UpperNode upper && upper.names != null ? upper.names.get(name) : null;
        return bound != null && bound != UpperNode.WHITEOUT && child(directory, name) != bound;
    }

    private @Nullable LowerNode shipped(long local) {
        LowerNode renumbered = uppers.renumbered(local);
        return renumbered != null ? renumbered : lower.node(local);
    }

    public Outcome lookup(long directory, String name) {
        Node node = node(directory);
        if (node == null) {
            return Status.STALE;
        }
        if (!node.isDirectory()) {
            return Status.NOT_DIRECTORY;
        }
        if (name.length() > MAX_NAME) {
            return Status.NAME_TOO_LONG;
        }
        Node child = child(node, name);
        return child == null ? Status.NOT_FOUND : child;
    }

    @Nullable
    Node child(Node directory, String name) {
        LowerNode shipped;
        UpperNode bound = null;
        if (directory instanceof UpperNode upper) {
            bound = upper.names == null ? null : upper.names.get(name);
            shipped = upper.lower;
        } else {
            shipped = (LowerNode) directory;
        }
        LowerNode child = shipped == null || (bound != null && !lower.hasDevices())
                ? null
                : shipped.children().get(name);
        if (bound != null && !isOverruled(shipped, child, bound)) {
            return bound == UpperNode.WHITEOUT ? null : bound;
        }
        return child == null ? null : seen(child);
    }

    /** What the root shows for a shipped node: itself, or what became of it. */
    Node seen(LowerNode node) {
        if (uppers.isEmpty() || isFixedLeaf(node)) {
            return node;
        }
        UpperNode upper = uppers.get(uppers.local(node));
        return upper != null ? upper : node;
    }

    public long local(Node node) {
        return node instanceof UpperNode upper ? upper.local() : uppers.local((LowerNode) node);
    }

    /** Of the shipped node {@code number}; the same, but for what was renumbered. */
    public long local(long number) {
        LowerNode node = lower.node(number);
        return node == null ? number : uppers.local(node);
    }

    /** As {@code st_nlink}. */
    public int links(Node node) {
        return node instanceof UpperNode upper ? upper.links : lower.links((LowerNode) node);
    }

    /** What {@code directory} lists now. */
    public Directory list(Node directory) {
        Directory listing = new Directory(children(directory).size());
        list(directory, 0, (name, node, cookie) -> {
            listing.add(name, local(node), node.mode());
            return true;
        });
        return listing;
    }

    private static Children children(Node directory) {
        LowerNode shipped = directory instanceof UpperNode upper ? upper.lower : (LowerNode) directory;
        return shipped == null ? Children.NONE : shipped.children();
    }

    /**
     * Lists what stands behind the cookie {@code after} (0: all) until {@code entries} has no room. Every name that is there from the
     * first listing to the last is listed once, whatever else changes in between.
     */
    public void list(Node directory, long after, Entries entries) {
        Children children = children(directory);
        Names bound = directory instanceof UpperNode upper ? upper.names : null;
        for (int i = (int) Math.min(after, children.size()); i < children.size(); i++) {
            UpperNode over = bound == null ? null : bound.get(children.name(i));
            LowerNode shipped = children.node(i);
            Node node = over == null || lower.isFixed(shipped) ? seen(shipped) : over;
            if (node != UpperNode.WHITEOUT && !entries.take(children.name(i), node, i + 1L)) {
                return;
            }
        }
        if (bound != null) {
            listBound((UpperNode) directory, bound, Math.max(0, after - BOUND), entries);
        }
    }

    private void listBound(UpperNode directory, Names bound, long after, Entries entries) {
        Children children = children(directory);
        for (Map.Entry<Long, String> next = bound.after(after); next != null; next = bound.after(next.getKey())) {
            UpperNode node = bound.get(next.getValue());
            if (node == null
                    || node == UpperNode.WHITEOUT
                    || children.get(next.getValue()) != null
                    || isOverruled(directory.lower, null, node)) {
                continue;
            }
            if (!entries.take(next.getValue(), node, BOUND + next.getKey())) {
                return;
            }
        }
    }

    /** All that {@code directory} shows or hides, without the names. Nothing may be bound or removed meanwhile. */
    void forEach(Node directory, Consumer<Node> action) {
        Children children = children(directory);
        Names bound = directory instanceof UpperNode upper ? upper.names : null;
        for (int i = 0; i < children.size(); i++) {
            if (bound == null || bound.get(children.name(i)) == null || lower.isFixed(children.node(i))) {
                action.accept(seen(children.node(i)));
            }
        }
        if (bound != null) {
            bound.forEach((name, node) -> {
                LowerNode shipped = children.get(name);
                boolean isTaken = shipped != null && lower.isFixed(shipped) && seen(shipped) == node;
                if (node != UpperNode.WHITEOUT && !isTaken) {
                    action.accept(node);
                }
            });
        }
    }

    boolean isEmpty(Node directory) {
        if (directory instanceof UpperNode upper && upper.names != null) {
            if (!upper.names.hasOnlyWhiteouts()) {
                return false;
            }
        }
        Children children = children(directory);
        for (int i = 0; i < children.size(); i++) {
            if (child(directory, children.name(i)) != null) {
                return false;
            }
        }
        return true;
    }

    /** Nodes without a name that are known by their numbers. */
    public List<UpperNode> unlinked() {
        List<UpperNode> found = new ArrayList<>();
        uppers.forEach(node -> {
            if (node.links == 0) {
                found.add(node);
            }
        });
        return found;
    }

    /** Bytes and inodes of the writable layer are the edge's to count; this is how many nodes it holds. */
    public int writtenNodes() {
        return uppers.size();
    }
}

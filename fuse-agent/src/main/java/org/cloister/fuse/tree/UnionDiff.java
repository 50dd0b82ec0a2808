package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was written, as differences from the layers. Complete: applied to the layers they give the root again. Sorted by path as
 * bytes, so parents come before children; a directory whose own attributes did not change is not listed, whatever changed below it.
 */
public final class UnionDiff {
    private final UnionTree tree;
    private final List<Change> changes = new ArrayList<>();

    private UnionDiff(UnionTree tree) {
        this.tree = tree;
    }

    /** Under the lock. */
    public static List<Change> of(UnionTree tree) {
        UnionDiff diff = new UnionDiff(tree);
        Node top = tree.node(UnionTree.TOP);
        if (top != null && tree.writtenNodes() > 0) {
            diff.children("", top, tree.lower().top());
        }
        diff.changes.sort(Comparator.comparing(Change::path));
        return diff.changes;
    }

    private void children(String path, Node directory, @Nullable LowerNode shipped) {
        Children before = shipped == null ? Children.NONE : shipped.children();
        for (int i = 0; i < before.size(); i++) {
            if (tree.child(directory, before.name(i)) == null) {
                changes.add(new Change(below(path, before.name(i)), Change.Kind.DELETED, null, false, 0, 0));
            }
        }
        Directory listing = tree.list(directory);
        for (int i = 0; i < listing.size(); i++) {
            Node child = tree.node(listing.local(i));
            if (child != null) {
                child(below(path, listing.name(i)), child, before.get(listing.name(i)));
            }
        }
    }

    private static String below(String path, String name) {
        return path.isEmpty() ? name : path + "/" + name;
    }

    private void child(String path, Node node, @Nullable LowerNode shipped) {
        boolean sameInode = shipped != null && (node == shipped || (node instanceof UpperNode u && u.lower == shipped));
        if (shipped == null) {
            add(path, node, Change.Kind.ADDED, false);
        } else if (!sameInode) {
            add(path, node, Change.Kind.MODIFIED, node.isDirectory() && shipped.isDirectory());
        } else if (node instanceof UpperNode upper && (upper.ownAttributes || upper.ownContent)) {
            add(path, node, Change.Kind.MODIFIED, false);
        }
        if (node.isDirectory()) {
            children(path, node, sameInode ? shipped : null);
        }
    }

    private void add(String path, Node node, Change.Kind kind, boolean opaque) {
        changes.add(new Change(path, kind, node, opaque, tree.local(node), tree.links(node)));
    }
}

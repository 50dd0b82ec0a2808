package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Names and nodes of one root that the kernel may remember, when nobody knows any more what it was told. */
public final class KnownNames {
    private final UnionTree tree;
    private final LongPredicate known;
    private final List<Forget> found = new ArrayList<>();

    private KnownNames(UnionTree tree, LongPredicate known) {
        this.tree = tree;
        this.known = known;
    }

    /** Of {@code tree} as it is, and as it was over {@code older}. {@code known}: whether the kernel knows a node. Under the lock. */
    public static List<Forget> of(UnionTree tree, LowerTree older, LongPredicate known) {
        KnownNames names = new KnownNames(tree, known);
        Node top = tree.node(UnionTree.TOP);
        if (top != null) {
            names.below(top, older.top());
        }
        tree.uppers().forEach(node -> names.found.add(new Forget(node.local(), null)));
        return names.found;
    }

    private void below(Node directory, LowerNode before) {
        long local = tree.local(directory);
        if (local != UnionTree.TOP && !known.test(local)) {
            return;
        }
        Set<String> names = new HashSet<>();
        Children shipped = before.children();
        for (int i = 0; i < shipped.size(); i++) {
            names.add(shipped.name(i));
        }
        Directory listing = tree.list(directory);
        for (int i = 0; i < listing.size(); i++) {
            names.add(listing.name(i));
        }
        if (directory instanceof UpperNode upper && upper.names != null) {
            names.addAll(upper.names.all());
        }
        names.forEach(name -> {
            if (!isDirectoryStill(tree.child(directory, name), shipped.get(name))) {
                found.add(new Forget(local, name));
            }
        });
        found.add(new Forget(local, null));
        for (int i = 0; i < listing.size(); i++) {
            Node child = tree.node(listing.local(i));
            if (child != null && child.isDirectory()) {
                LowerNode old = shipped.get(listing.name(i));
                below(child, old == null ? NOTHING : old);
            }
        }
    }

    /** It keeps its number, and who works below it its path. */
    private boolean isDirectoryStill(@Nullable Node now, @Nullable LowerNode before) {
        return now != null
                && now.isDirectory()
                && known.test(tree.local(now))
                && (before == null || before.isDirectory());
    }

    private static final LowerNode NOTHING = LowerNode.emptyTop();
}

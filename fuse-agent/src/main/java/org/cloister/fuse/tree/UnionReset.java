package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Throws away what was written, everywhere or below one path. What is open stays readable for who has it open; the names show
 * the layers again. Shipped content that was moved away from a reset path goes back, and so leaves where it was moved to.
 */
public final class UnionReset {
    private final UnionTree tree;
    private final UnionWriter writer;
    private final List<Forget> forget = new ArrayList<>();
    private final Set<UpperNode> gone = new HashSet<>();
    /** Shipped files that are known by another number now. */
    private final Set<LowerNode> restored = new HashSet<>();

    public UnionReset(UnionTree tree) {
        this.tree = tree;
        this.writer = new UnionWriter(tree);
    }

    /** Everything. Gives the number of nodes whose changes were thrown away. */
    public int all() {
        List<UpperNode> written = new ArrayList<>();
        tree.uppers().forEach(written::add);
        written.forEach(this::discard);
        renumbered();
        return gone.size();
    }

    /** The name at {@code path} and everything below, as the layers have it. */
    public int below(String path) {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        LowerNode shippedParent = shippedAt(slash < 0 ? "" : path.substring(0, slash));
        Node parent = at(slash < 0 ? "" : path.substring(0, slash));
        LowerNode shipped =
                shippedParent == null ? null : shippedParent.children().get(name);
        if (parent instanceof UpperNode directory && directory.names != null) {
            UpperNode bound = directory.names.get(name);
            if (bound != null) {
                release(directory, name);
                discardBelow(bound);
            }
        }
        if (shipped != null) {
            restore(shipped);
        }
        new Homes(tree).finish();
        renumbered();
        return gone.size();
    }

    private void renumbered() {
        if (!gone.isEmpty()) {
            tree.journal.renumbered(Numbering.of(tree.uppers()));
        }
    }

    /** What the kernel has to forget, names that only the layers give included. */
    public List<Forget> forget() {
        if (!restored.isEmpty()) {
            forgetNames(tree.lower().top());
        }
        return forget;
    }

    private void forgetNames(LowerNode directory) {
        Children children = directory.children();
        for (int i = 0; i < children.size(); i++) {
            LowerNode child = children.node(i);
            if (child.isDirectory()) {
                forgetNames(child);
            } else if (restored.contains(child)) {
                forget.add(new Forget(tree.local(directory), children.name(i)));
            }
        }
    }

    private void release(UpperNode directory, String name) {
        if (directory.names != null && directory.names.remove(name)) {
            tree.journal.unnamed(directory, name);
            forget.add(new Forget(directory.local(), name));
            forget.add(new Forget(directory.local(), null));
        }
    }

    /** A written subtree loses its names; what is linked elsewhere as well stays there. */
    private void discardBelow(UpperNode node) {
        if (node == UpperNode.WHITEOUT) {
            return;
        }
        if (node.names != null) {
            node.names.nodes().forEach(this::discardBelow);
        }
        if (node.isDirectory() || node.links <= 1) {
            discard(node);
        }
    }

    /** The shipped subtree is where and as its layer has it. */
    private void restore(LowerNode shipped) {
        if (shipped.isDirectory()) {
            Children children = shipped.children();
            for (int i = 0; i < children.size(); i++) {
                restore(children.node(i));
            }
        }
        UpperNode upper = tree.uppers().get(tree.uppers().local(shipped));
        if (upper == null || upper.lower != shipped) {
            return;
        }
        if (upper.names != null) {
            upper.names.nodes().forEach(this::discardBelow);
        }
        unbindEverywhere(upper);
        discard(upper);
    }

    private void unbindEverywhere(UpperNode node) {
        tree.uppers().forEach(directory -> {
            if (directory.names != null && directory.names.leadsTo(node)) {
                for (String name : directory.names.all()) {
                    if (directory.names.get(name) == node) {
                        writer.unbind(directory, name);
                        forget.add(new Forget(directory.local(), name));
                    }
                }
            }
        });
    }

    private void discard(UpperNode node) {
        if (node.links == 0 || !gone.add(node)) {
            return;
        }
        forget.add(new Forget(node.local(), null));
        if (node.names != null) {
            node.names.all().forEach(name -> forget.add(new Forget(node.local(), name)));
            node.names = null;
        }
        node.links = 0;
        tree.journal.removed(node);
        LowerNode shipped = node.lower;
        if (shipped != null && node.isDirectory()) {
            tree.uppers().remove(node);
            tree.journal.forgotten(node);
        } else if (shipped != null) {
            leaveOpen(node, shipped);
        }
    }

    /** Who has it open keeps this inode; the name leads to another. */
    private void leaveOpen(UpperNode node, LowerNode shipped) {
        tree.uppers().renumber(shipped, tree.uppers().freshLocal());
        node.lower = null;
        restored.add(shipped);
    }

    private @Nullable LowerNode shippedAt(String path) {
        LowerNode here = tree.lower().top();
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            here = here == null ? null : here.children().get(name);
        }
        return here;
    }

    private @Nullable Node at(String path) {
        Node here = tree.node(UnionTree.TOP);
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            here = here == null || !here.isDirectory() ? null : tree.child(here, name);
        }
        return here;
    }
}

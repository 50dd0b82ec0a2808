package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds a place for written nodes whose shipped inode is gone, and afterwards counts links and drops what nothing leads to.
 * What a user wrote is never dropped; what only changed attributes of something that is gone is.
 */
final class Homes {
    private static final int NEW_DIRECTORY = Mode.DIRECTORY | 0755;

    private final UnionTree tree;
    private final UnionWriter writer;
    private final Set<UpperNode> bound = new HashSet<>();
    /** Unlinked before, and perhaps still open. */
    private final Set<UpperNode> unlinked = new HashSet<>();

    Homes(UnionTree tree) {
        this.tree = tree;
        this.writer = new UnionWriter(tree);
        tree.uppers().forEach(node -> {
            if (node.links == 0) {
                unlinked.add(node);
            }
            if (node.names != null) {
                bound.addAll(node.names.nodes());
            }
        });
    }

    /** {@code node} has no shipped inode any more; {@code path} is where it was. */
    void settle(UpperNode node, String path) {
        node.lower = null;
        tree.journal.changed(node);
        if (!bound.contains(node) && isWorthKeeping(node)) {
            int slash = path.lastIndexOf('/');
            UpperNode parent = directory(slash < 0 ? "" : path.substring(0, slash));
            if (parent != null) {
                writer.bind(parent, path.substring(slash + 1), node);
            }
        }
    }

    private static boolean isWorthKeeping(UpperNode node) {
        if (node.isDirectory()) {
            return node.names != null && !node.names.hasOnlyWhiteouts();
        }
        return node.ownContent;
    }

    /** The directory at {@code path}, made where it is missing. */
    private @Nullable UpperNode directory(String path) {
        Node here = tree.node(UnionTree.TOP);
        List<PathWalk.Step> above = new ArrayList<>();
        for (String name : path.isEmpty() ? new String[0] : path.split("/")) {
            if (here == null) {
                return null;
            }
            above.add(here);
            Node next = (Node) PathWalk.walk(this::child, above, name, true);
            here = next != null && next.isDirectory() ? next : made(writer.own(here), name);
        }
        return here == null ? null : writer.own(here);
    }

    private PathWalk.@Nullable Step child(PathWalk.Step directory, String name) {
        Node shown = tree.child((Node) directory, name);
        return shown != null ? shown : hidden((Node) directory, name);
    }

    /** A written directory that a device layer hides keeps what is put into it. */
    private static @Nullable UpperNode hidden(Node directory, String name) {
        UpperNode bound = directory instanceof UpperNode upper && upper.names != null ? upper.names.get(name) : null;
        return bound != null && bound.isDirectory() ? bound : null;
    }

    /** Also over something that is no directory: what the user wrote comes first. */
    private UpperNode made(UpperNode parent, String name) {
        UnionWriter.Birth birth = new UnionWriter.Birth(NEW_DIRECTORY, parent.uid, parent.gid, 0, null);
        return writer.shadow(parent, name, birth, parent.mtime);
    }

    /** Counts the links of every written node anew; what has none is forgotten and its content may go. */
    void finish() {
        if (tree.uppers().isEmpty()) {
            return;
        }
        tree.uppers().forEach(node -> node.links = 0);
        Node top = tree.node(UnionTree.TOP);
        if (top instanceof UpperNode upper) {
            upper.links = 2;
        }
        if (top != null) {
            count(top);
        }
        List<UpperNode> lost = new ArrayList<>();
        tree.uppers().forEach(node -> {
            if (node.links == 0 && !unlinked.contains(node)) {
                lost.add(node);
            }
        });
        lost.forEach(node -> {
            tree.journal.removed(node);
            tree.uppers().remove(node);
            tree.journal.forgotten(node);
        });
    }

    private void count(Node directory) {
        tree.forEach(directory, child -> {
            if (child.isDirectory()) {
                if (directory instanceof UpperNode upper) {
                    upper.links++;
                }
                if (child instanceof UpperNode upper) {
                    upper.links = 2;
                }
                count(child);
            } else if (child instanceof UpperNode upper) {
                upper.links++;
            }
        });
    }
}

package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/**
 * Puts layers on top of each other (docs/protocol.md, "Stacking"). A subtree that only one layer has is taken as it is;
 * only where layers meet is a directory built anew. For one stacking, then thrown away.
 */
final class LayerStack {
    /** A directory where layers meet. */
    private static final class Meeting implements PathWalk.Step {
        LowerNode node;
        final TreeMap<String, PathWalk.Step> children = new TreeMap<>();

        Meeting(LowerNode node) {
            this.node = node;
        }

        @Override
        public boolean isDirectory() {
            return true;
        }

        @Override
        public @Nullable String target() {
            return null;
        }
    }

    private final Numbers numbers;
    private final Meeting top = new Meeting(LowerNode.emptyTop());
    private final LongMap<LowerNode> merged = new LongMap<>();
    private final LongMap<Integer> links = new LongMap<>();

    LayerStack(Numbers numbers) {
        this.numbers = numbers;
    }

    void add(LowerLayer layer) {
        addChildren(layer.top(), new ArrayList<>(List.of(top)));
    }

    /** {@code above} ends with the directory that receives the children; the list is as it was afterwards. */
    private void addChildren(LowerNode directory, List<Meeting> above) {
        Children children = directory.children();
        for (int i = 0; i < children.size(); i++) {
            addChild(children.name(i), children.node(i), above);
        }
    }

    private void addChild(String name, LowerNode node, List<Meeting> above) {
        Meeting here = above.get(above.size() - 1);
        if (node.isWhiteout()) {
            here.children.remove(name);
            return;
        }
        PathWalk.Step below = here.children.get(name);
        if (!node.isDirectory()) {
            here.children.put(name, node);
            return;
        }
        Meeting receiver = below == null || node.isOpaque() ? null : receiver(name, below, above);
        if (receiver == null) {
            putFresh(name, node, above);
            return;
        }
        boolean throughLink = receiver != here.children.get(name);
        if (!throughLink) {
            receiver.node = node;
        }
        List<Meeting> next = throughLink ? chainTo(receiver) : above;
        if (!throughLink) {
            next.add(receiver);
        }
        addChildren(node, next);
        if (!throughLink) {
            next.remove(next.size() - 1);
        }
    }

    private void putFresh(String name, LowerNode node, List<Meeting> above) {
        Meeting here = above.get(above.size() - 1);
        if (node.isPlain()) {
            here.children.put(name, node);
            return;
        }
        Meeting fresh = new Meeting(node);
        here.children.put(name, fresh);
        above.add(fresh);
        addChildren(node, above);
        above.remove(above.size() - 1);
    }

    /** The directory that a higher directory merges with: {@code below} itself or where it leads; null if none. */
    private @Nullable Meeting receiver(String name, PathWalk.Step below, List<Meeting> above) {
        if (below.isDirectory()) {
            return meeting(name, below, above.get(above.size() - 1));
        }
        if (below.target() == null) {
            return null;
        }
        return PathWalk.walk(LayerStack::childOf, above, name, true) instanceof Meeting found ? found : null;
    }

    /** Turns what is there into a meeting place, so that the walk ends in something that can receive. */
    private static PathWalk.@Nullable Step childOf(PathWalk.Step directory, String name) {
        Meeting here = (Meeting) directory;
        PathWalk.Step child = here.children.get(name);
        return child != null && child.isDirectory() ? meeting(name, child, here) : child;
    }

    private static Meeting meeting(String name, PathWalk.Step child, Meeting parent) {
        if (child instanceof Meeting already) {
            return already;
        }
        Meeting made = new Meeting((LowerNode) child);
        Children children = made.node.children();
        for (int i = 0; i < children.size(); i++) {
            made.children.put(children.name(i), children.node(i));
        }
        parent.children.put(name, made);
        return made;
    }

    /** The directories from the top to {@code wanted}, for relative links below it. Rare, so it may search. */
    private List<Meeting> chainTo(Meeting wanted) {
        List<Meeting> chain = new ArrayList<>(List.of(top));
        if (!find(wanted, chain)) {
            throw new IllegalStateException("a directory is not below its top");
        }
        return chain;
    }

    private static boolean find(Meeting wanted, List<Meeting> chain) {
        Meeting here = chain.get(chain.size() - 1);
        if (here == wanted) {
            return true;
        }
        for (PathWalk.Step child : here.children.values()) {
            if (child instanceof Meeting directory) {
                chain.add(directory);
                if (find(wanted, chain)) {
                    return true;
                }
                chain.remove(chain.size() - 1);
            }
        }
        return false;
    }

    LowerTree freeze(List<LayerId> ids) {
        LowerNode root = freeze(top);
        return new LowerTree(numbers, ids, root, merged, links);
    }

    private LowerNode freeze(Meeting directory) {
        String[] names = directory.children.keySet().toArray(String[]::new);
        LowerNode[] nodes = new LowerNode[names.length];
        int next = 0;
        for (PathWalk.Step child : directory.children.values()) {
            nodes[next++] = freeze(child);
        }
        LowerNode node = directory.node.merged(Children.of(names, nodes));
        merged.put(node.number, node);
        return node;
    }

    private LowerNode freeze(PathWalk.Step step) {
        if (step instanceof Meeting directory) {
            return freeze(directory);
        }
        LowerNode node = (LowerNode) step;
        countLinks(node);
        return node;
    }

    private void countLinks(LowerNode node) {
        if (node.isDirectory() && node.hasHardLinks()) {
            Children children = node.children();
            for (int i = 0; i < children.size(); i++) {
                countLinks(children.node(i));
            }
        } else if (node.links() > 1) {
            Integer before = links.get(node.number);
            links.put(node.number, before == null ? 1 : before + 1);
        }
    }
}

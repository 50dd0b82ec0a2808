package org.cloister.fuse.tree;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was written to a root.
 *
 * @param names those of one directory in the order of their cookies
 * @param lastId the highest id that was ever used
 * @param numbering of the session that goes on
 */
public record SavedTree(List<SavedNode> nodes, List<SavedName> names, long lastId, Numbering numbering) {
    public static final SavedTree EMPTY = new SavedTree(List.of(), List.of(), 0, Numbering.USUAL);

    /**
     * The root as it was, over {@code lower}. Where the layers no longer have what a node was made of, created content is
     * kept and the rest is dropped, as {@link UnionRebase} does it.
     */
    public UnionTree over(LowerTree lower, Journal journal) {
        Uppers uppers = new Uppers();
        UnionTree tree = new UnionTree(lower, uppers, journal);
        Map<Long, UpperNode> byId = new HashMap<>();
        Map<UpperNode, String> strays = new HashMap<>();
        numbering.applyTo(uppers, lower);
        for (SavedNode saved : nodes) {
            UpperNode node = node(saved, tree, strays);
            byId.put(saved.id(), node);
            uppers.put(node);
        }
        uppers.idsUsedTo(lastId);
        for (SavedName name : names) {
            UpperNode directory = byId.get(name.directory());
            UpperNode child = name.child() == SavedName.WHITEOUT ? UpperNode.WHITEOUT : byId.get(name.child());
            if (directory != null && child != null) {
                directory.rebind(name, child);
            }
        }
        Homes homes = new Homes(tree);
        strays.forEach(homes::settle);
        homes.finish();
        hear(byId, journal);
        return tree;
    }

    /** What the session that goes on must go on to know. */
    private void hear(Map<Long, UpperNode> byId, Journal journal) {
        if (!numbering.equals(Numbering.USUAL)) {
            journal.renumbered(numbering);
        }
        for (SavedNode saved : nodes) {
            UpperNode node = byId.get(saved.id());
            if (saved.unlinked() && node != null) {
                journal.changedUnlinked(node);
            }
        }
    }

    private static @Nullable LowerNode shipped(SavedNode saved, String origin, LowerTree lower) {
        return saved.shipped() != 0 ? lower.node(saved.shipped()) : lower.resolve(origin);
    }

    private UpperNode node(SavedNode saved, UnionTree tree, Map<UpperNode, String> strays) {
        String origin = saved.origin();
        LowerNode shipped = origin == null ? null : shipped(saved, origin, tree.lower());
        boolean same = shipped != null
                && (shipped.mode() & Mode.TYPE) == (saved.mode() & Mode.TYPE)
                && (saved.local() != 0 || tree.uppers().get(tree.uppers().local(shipped)) == null);
        long usual = shipped != null && same ? tree.uppers().local(shipped) : Uppers.CREATED | saved.id();
        long local = saved.local() != 0 ? saved.local() : numbering.written().getOrDefault(saved.id(), usual);
        UpperNode node = new UpperNode(saved.id(), local, same ? shipped : null);
        saved.restore(node);
        if (shipped != null && same && !node.ownContent) {
            node.size = shipped.size();
        }
        if (node.lower == null && origin != null && !saved.unlinked()) {
            strays.put(node, origin);
        }
        return node;
    }
}

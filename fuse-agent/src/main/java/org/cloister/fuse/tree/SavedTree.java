package org.cloister.fuse.tree;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that was written to a root.
 *
 * @param lastId the highest id that was ever used
 */
public record SavedTree(List<SavedNode> nodes, List<SavedName> names, long lastId) {
    public static final SavedTree EMPTY = new SavedTree(List.of(), List.of(), 0);

    /**
     * The root as it was, over {@code lower}. Where the layers no longer have what a node was made of, created content is
     * kept and the rest is dropped, as {@link UnionRebase} does it.
     */
    public UnionTree over(LowerTree lower, Journal journal) {
        Uppers uppers = new Uppers();
        UnionTree tree = new UnionTree(lower, uppers, journal);
        Map<Long, UpperNode> byId = new HashMap<>();
        Map<UpperNode, String> strays = new HashMap<>();
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
                directory.bind(name.name(), child);
            }
        }
        Homes homes = new Homes(tree);
        strays.forEach(homes::settle);
        homes.finish();
        return tree;
    }

    private static UpperNode node(SavedNode saved, UnionTree tree, Map<UpperNode, String> strays) {
        String origin = saved.origin();
        LowerNode shipped = origin == null ? null : tree.lower().resolve(origin);
        boolean same = shipped != null
                && (shipped.mode() & Mode.TYPE) == (saved.mode() & Mode.TYPE)
                && tree.uppers().get(shipped.number) == null;
        UpperNode node = shipped != null && same
                ? new UpperNode(saved.id(), shipped.number, shipped)
                : new UpperNode(saved.id(), Uppers.CREATED | saved.id(), null);
        saved.restore(node);
        if (shipped != null && same && !node.ownContent) {
            node.size = shipped.size();
        }
        if (node.lower == null && origin != null) {
            strays.put(node, origin);
        }
        return node;
    }
}

package org.cloister.fuse.tree;

import java.util.Arrays;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Sorted names of a shipped directory and where they lead. Immutable. */
final class Children {
    static final Children NONE = new Children(new String[0], new LowerNode[0]);

    private final String[] names;
    private final LowerNode[] nodes;
    private final int directories;

    private Children(String[] names, LowerNode[] nodes) {
        this.names = names;
        this.nodes = nodes;
        this.directories =
                (int) Arrays.stream(nodes).filter(LowerNode::isDirectory).count();
    }

    static Children of(SortedMap<String, LowerNode> sorted) {
        return sorted.isEmpty()
                ? NONE
                : new Children(
                        sorted.keySet().toArray(String[]::new), sorted.values().toArray(LowerNode[]::new));
    }

    @Nullable
    LowerNode get(String name) {
        int index = Arrays.binarySearch(names, name);
        return index < 0 ? null : nodes[index];
    }

    int size() {
        return names.length;
    }

    String name(int index) {
        return names[index];
    }

    LowerNode node(int index) {
        return nodes[index];
    }

    int directories() {
        return directories;
    }
}

package org.cloister.fuse.tree;

import org.jspecify.annotations.Nullable;

/**
 * Sorted names of a shipped directory and where they lead. Immutable. A name is the node's own, which its layer keeps, unless
 * it is a further name of a hard link.
 */
final class Children {
    static final Children NONE = new Children(new LowerNode[0], null);

    private final LowerNode[] nodes;
    /** Null: the node's own name. */
    private final @Nullable String @Nullable [] further;

    private final int directories;

    /** Neither array may be changed afterwards. */
    Children(LowerNode[] nodes, @Nullable String @Nullable [] further) {
        this.nodes = nodes;
        this.further = further;
        int count = 0;
        for (LowerNode node : nodes) {
            count += node.isDirectory() ? 1 : 0;
        }
        this.directories = count;
    }

    /** {@code names} are sorted. */
    static Children of(String[] names, LowerNode[] nodes) {
        @Nullable String[] further = null;
        for (int i = 0; i < nodes.length; i++) {
            if (nodes[i].compareName(names[i]) != 0) {
                further = further == null ? new String[nodes.length] : further;
                further[i] = names[i];
            }
        }
        return nodes.length == 0 ? NONE : new Children(nodes, further);
    }

    @Nullable
    LowerNode get(String name) {
        int low = 0;
        int high = nodes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = compareName(middle, name);
            if (order == 0) {
                return nodes[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** As {@link String#compareTo} of the name with {@code other}. */
    int compareName(int index, String other) {
        String name = further == null ? null : further[index];
        return name == null ? nodes[index].compareName(other) : name.compareTo(other);
    }

    int size() {
        return nodes.length;
    }

    /** Made anew at each call. */
    String name(int index) {
        String name = further == null ? null : further[index];
        return name == null ? nodes[index].name() : name;
    }

    LowerNode node(int index) {
        return nodes[index];
    }

    int directories() {
        return directories;
    }
}

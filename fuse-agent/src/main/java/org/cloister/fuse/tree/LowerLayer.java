package org.cloister.fuse.tree;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** One immutable layer as a tree of nodes, shared by every root that stacks it. */
public final class LowerLayer {
    private final LayerId id;
    private final LowerNode top;
    private final int first;
    private final int count;

    private LowerLayer(LayerId id, LowerNode top, int first, int count) {
        this.id = id;
        this.top = top;
        this.first = first;
        this.count = count;
    }

    public LayerId id() {
        return id;
    }

    public int size() {
        return count;
    }

    /** The lowest number of its nodes. */
    public int first() {
        return first;
    }

    /** Whether {@code local} is the number of one of its nodes. */
    public boolean has(long local) {
        return local >= first && local < (long) first + count;
    }

    LowerNode top() {
        return top;
    }

    /** Its nodes are no longer found by number; only when no root stacks it and the kernel knows none of them. */
    public void unload(Numbers numbers) {
        numbers.drop(first, count);
    }

    /** Takes the entries of a manifest in its order: parents before children. */
    public static final class Builder {
        private final LayerId id;
        private final Map<String, LowerEntry> entries = new HashMap<>();
        private final List<String> order = new ArrayList<>();
        private final Map<String, String> links = new TreeMap<>();
        private final Map<String, Integer> linkCounts = new HashMap<>();

        public Builder(LayerId id) {
            this.id = id;
        }

        public Builder add(String path, LowerEntry entry) {
            entries.put(path, entry);
            order.add(path);
            return this;
        }

        public Builder link(String path, String first) {
            links.put(path, first);
            linkCounts.merge(first, 1, Integer::sum);
            return this;
        }

        /** Throws {@link IllegalArgumentException} for an entry without its parent or a link to nothing. */
        public LowerLayer build(Numbers numbers) {
            int first = numbers.reserve(id, order.size());
            LowerNode top = new LowerNode(0, null, "", LowerEntry.TOP, 1);
            Map<String, LowerNode> nodes = new HashMap<>();
            Map<LowerNode, SortedMap<String, LowerNode>> children = new HashMap<>();
            nodes.put("", top);
            LowerNode[] numbered = new LowerNode[order.size()];
            for (int i = 0; i < numbered.length; i++) {
                numbered[i] = add(order.get(i), first + i, nodes, children);
            }
            links.forEach((path, to) -> place(path, parentOf(path, nodes), required(to, nodes), children));
            fill(top, children);
            numbers.publish(first, numbered);
            return new LowerLayer(id, top, first, numbered.length);
        }

        /** Children first, so that what is known of a subtree rises to its top. */
        private static void fill(LowerNode directory, Map<LowerNode, SortedMap<String, LowerNode>> children) {
            SortedMap<String, LowerNode> sorted = children.get(directory);
            if (sorted != null) {
                sorted.values().forEach(child -> fill(child, children));
                directory.fill(Children.of(sorted));
            }
        }

        private LowerNode add(
                String path,
                int number,
                Map<String, LowerNode> nodes,
                Map<LowerNode, SortedMap<String, LowerNode>> children) {
            LowerNode parent = parentOf(path, nodes);
            LowerEntry entry = entries.get(path);
            if (entry == null) {
                throw new IllegalStateException(path);
            }
            int count = 1 + linkCounts.getOrDefault(path, 0);
            LowerNode node = new LowerNode(number, parent, path.substring(path.lastIndexOf('/') + 1), entry, count);
            if (nodes.put(path, node) != null) {
                throw new IllegalArgumentException("layer " + id + " has " + path + " twice");
            }
            place(path, parent, node, children);
            return node;
        }

        private static void place(
                String path, LowerNode parent, LowerNode node, Map<LowerNode, SortedMap<String, LowerNode>> children) {
            children.computeIfAbsent(parent, any -> new TreeMap<>())
                    .put(path.substring(path.lastIndexOf('/') + 1), node);
        }

        private LowerNode parentOf(String path, Map<String, LowerNode> nodes) {
            int slash = path.lastIndexOf('/');
            LowerNode parent = required(slash < 0 ? "" : path.substring(0, slash), nodes);
            if (!parent.isDirectory()) {
                throw new IllegalArgumentException("layer " + id + ": the parent of " + path + " is no directory");
            }
            return parent;
        }

        private LowerNode required(String path, Map<String, LowerNode> nodes) {
            @Nullable LowerNode node = nodes.get(path);
            if (node == null) {
                throw new IllegalArgumentException("layer " + id + " has no entry for " + path);
            }
            return node;
        }
    }
}

package org.cloister.fuse.tree;

import java.util.List;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** The layers of one root, stacked. Immutable, so it may be read by any thread. */
public final class LowerTree {
    /** Number of the top directory of every root. */
    static final int TOP = 1;

    private final Numbers numbers;
    private final List<LayerId> layers;
    private final LowerNode top;
    private final LongMap<LowerNode> merged;
    private final LongMap<Integer> links;
    /** The device layer, if there is one on top. */
    private @Nullable LowerLayer devices;

    LowerTree(Numbers numbers, List<LayerId> layers, LowerNode top, LongMap<LowerNode> merged, LongMap<Integer> links) {
        this.numbers = numbers;
        this.layers = layers;
        this.top = top;
        this.merged = merged;
        this.links = links;
    }

    /** Stacks {@code layers}, the lowest first, by the rule in docs/protocol.md. */
    public static LowerTree stack(Numbers numbers, List<LowerLayer> layers) {
        LayerStack stack = new LayerStack(numbers);
        layers.forEach(stack::add);
        LowerTree tree = stack.freeze(layers.stream().map(LowerLayer::id).toList());
        LowerLayer last = layers.isEmpty() ? null : layers.get(layers.size() - 1);
        tree.devices = last != null && last.isDevices() ? last : null;
        return tree;
    }

    public List<LayerId> layers() {
        return layers;
    }

    public LowerNode top() {
        return top;
    }

    boolean hasDevices() {
        return devices != null;
    }

    /** Whether {@code node} is of the device layer: what is written can't take its place. */
    boolean isFixed(LowerNode node) {
        LowerLayer layer = devices;
        return layer != null && layer.has(node.number);
    }

    @Nullable
    LowerNode node(long number) {
        LowerNode node = merged.get(number);
        return node != null ? node : numbers.get(number);
    }

    /** Names of an inode that this root shows; for a directory as stat(2) counts them. */
    int links(LowerNode node) {
        if (node.isDirectory()) {
            return 2 + node.children().directories();
        }
        if (node.links() == 1) {
            return 1;
        }
        Integer count = links.get(node.number);
        return count == null ? 0 : count;
    }

    /** Follows symbolic links in all components but the last. Null when there is nothing. */
    @Nullable
    LowerNode resolve(String path) {
        return (LowerNode) PathWalk.walk(LowerTree::child, List.of(top), path, false);
    }

    private static PathWalk.@Nullable Step child(PathWalk.Step directory, String name) {
        return ((LowerNode) directory).children().get(name);
    }
}

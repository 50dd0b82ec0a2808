package org.cloister.fuse.tree;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What was bound in one directory, whiteouts included. Each name has a cookie from the moment that it was bound until it
 * is removed, higher than those of all names before it, so that who reads a directory while it changes goes on where it was.
 */
final class Names {
    private static final class Bound {
        UpperNode node;
        final long cookie;

        Bound(UpperNode node, long cookie) {
            this.node = node;
            this.cookie = cookie;
        }
    }

    private final Map<String, Bound> byName = new HashMap<>();
    private final TreeMap<Long, String> order = new TreeMap<>();
    private long last;

    @Nullable
    UpperNode get(String name) {
        Bound bound = byName.get(name);
        return bound == null ? null : bound.node;
    }

    /** A name that is bound already keeps its cookie. */
    void put(String name, UpperNode node) {
        Bound bound = byName.get(name);
        if (bound == null) {
            byName.put(name, new Bound(node, ++last));
            order.put(last, name);
        } else {
            bound.node = node;
        }
    }

    /** As it was kept; 0: it gets the next one. Called in the order of cookies. */
    void restore(String name, UpperNode node, long cookie) {
        if (cookie > last) {
            last = cookie - 1;
        }
        put(name, node);
    }

    /** 0: not bound. */
    long cookie(String name) {
        Bound bound = byName.get(name);
        return bound == null ? 0 : bound.cookie;
    }

    boolean remove(String name) {
        Bound bound = byName.remove(name);
        if (bound != null) {
            order.remove(bound.cookie);
        }
        return bound != null;
    }

    int size() {
        return byName.size();
    }

    /** In the order of cookies; a copy. */
    List<String> all() {
        return List.copyOf(order.values());
    }

    /** A copy. */
    List<UpperNode> nodes() {
        return byName.values().stream().map(bound -> bound.node).toList();
    }

    boolean leadsTo(UpperNode node) {
        return byName.values().stream().anyMatch(bound -> bound.node == node);
    }

    boolean hasOnlyWhiteouts() {
        return leadsOnlyTo(byName.values());
    }

    private static boolean leadsOnlyTo(Collection<Bound> all) {
        return all.stream().allMatch(bound -> bound.node == UpperNode.WHITEOUT);
    }

    /** In the order of cookies. Nothing may be bound or removed meanwhile. */
    void forEach(BiConsumer<String, UpperNode> action) {
        order.values().forEach(name -> {
            UpperNode node = get(name);
            if (node != null) {
                action.accept(name, node);
            }
        });
    }

    void replaceAll(UnaryOperator<UpperNode> replacement) {
        byName.values().forEach(bound -> bound.node = replacement.apply(bound.node));
    }

    /** The first name whose cookie is higher. */
    Map.@Nullable Entry<Long, String> after(long cookie) {
        return order.higherEntry(cookie);
    }
}

package org.cloister.fuse.tree;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The writable nodes of one root by inode number, and the numbers of shipped nodes that are not their own. */
final class Uppers {
    /** Numbers of created nodes; shipped ones are below. */
    static final long CREATED = 1L << 39;

    private final LongMap<UpperNode> byLocal = new LongMap<>();
    /** Shipped number → inode number, where they differ: after a switch or a reset. */
    private final LongMap<Long> localByNumber = new LongMap<>();

    private final LongMap<LowerNode> lowerByLocal = new LongMap<>();
    private long lastId;

    @Nullable
    UpperNode get(long local) {
        return byLocal.get(local);
    }

    void put(UpperNode node) {
        byLocal.put(node.local(), node);
        lastId = Math.max(lastId, node.id());
        isUsed(node.local());
    }

    /** No node gets the number {@code local} any more. */
    private void isUsed(long local) {
        if ((local & CREATED) != 0) {
            lastId = Math.max(lastId, local ^ CREATED);
        }
    }

    void remove(UpperNode node) {
        byLocal.remove(node.local());
    }

    boolean isEmpty() {
        return byLocal.size() == 0;
    }

    int size() {
        return byLocal.size();
    }

    void forEach(Consumer<UpperNode> action) {
        byLocal.forEach(action);
    }

    long nextId() {
        return ++lastId;
    }

    void idsUsedTo(long id) {
        lastId = Math.max(lastId, id);
    }

    long local(LowerNode node) {
        if (localByNumber.size() == 0) {
            return node.number;
        }
        Long moved = localByNumber.get(node.number);
        return moved == null ? node.number : moved;
    }

    /** From now on {@code node} is known as {@code local}. */
    void renumber(LowerNode node, long local) {
        if (node.number != local) {
            localByNumber.put(node.number, local);
            lowerByLocal.put(local, node);
            isUsed(local);
        }
    }

    /** Inode numbers by the numbers of shipped nodes, where they differ. */
    Map<Long, Long> renumbered() {
        Map<Long, Long> all = new HashMap<>();
        lowerByLocal.forEach(node -> all.put((long) node.number, local(node)));
        return all;
    }

    boolean hasRenumbered() {
        return localByNumber.size() > 0;
    }

    void forgetNumbers() {
        localByNumber.clear();
        lowerByLocal.clear();
    }

    /** A number that no node has had. */
    long freshLocal() {
        return CREATED | nextId();
    }

    @Nullable
    LowerNode renumbered(long local) {
        return lowerByLocal.size() == 0 ? null : lowerByLocal.get(local);
    }
}

package org.cloister.fuse.union;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.fuse.tree.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Every root that this process has known, by slot and by name. A slot is never given to another root, so a node number
 * means the same for as long as the mount lives. Readers take no lock.
 */
public final class Roots {
    private volatile @Nullable UnionRoot[] slots = new UnionRoot[0];
    private volatile Map<String, UnionRoot> present = Map.of();

    /** The root of a node; null for the mount's own top and for numbers that were never given out. */
    @Nullable
    UnionRoot of(long node) {
        @Nullable UnionRoot[] all = slots;
        int slot = NodeId.slot(node);
        return slot >= 0 && slot < all.length ? all[slot] : null;
    }

    /** A root of the current generation. */
    @Nullable
    UnionRoot named(String name) {
        return present.get(name);
    }

    /** A root of this or an earlier generation. */
    @Nullable
    UnionRoot known(String name) {
        for (@Nullable UnionRoot root : slots) {
            if (root != null && root.name.text().equals(name)) {
                return root;
            }
        }
        return null;
    }

    List<UnionRoot> all() {
        List<UnionRoot> all = new ArrayList<>();
        for (@Nullable UnionRoot root : slots) {
            if (root != null) {
                all.add(root);
            }
        }
        return all;
    }

    /** Of the current generation, in the order of their slots. */
    List<UnionRoot> present() {
        List<UnionRoot> all = new ArrayList<>(present.values());
        all.sort(Comparator.comparingInt(root -> root.slot));
        return all;
    }

    /** Slots below {@code count} were given out before. */
    void inherit(int count) {
        slots = Arrays.copyOf(slots, Math.max(slots.length, count));
    }

    int nextSlot() {
        return slots.length;
    }

    /** Called by one thread at a time. */
    void add(UnionRoot root) {
        @Nullable UnionRoot[] more = Arrays.copyOf(slots, Math.max(slots.length, root.slot + 1));
        more[root.slot] = root;
        slots = more;
    }

    /** Its nodes are gone; what is open of it stays readable. */
    void remove(UnionRoot root) {
        @Nullable UnionRoot[] fewer = slots.clone();
        fewer[root.slot] = null;
        slots = fewer;
    }

    /** Makes exactly {@code roots} visible, at once. */
    void show(List<UnionRoot> roots) {
        Map<String, UnionRoot> shown = new TreeMap<>();
        roots.forEach(root -> shown.put(root.name.text(), root));
        present = shown;
    }

    /** The mount's own top. */
    Directory list() {
        return Directory.ofTops(present.keySet(), name -> {
            UnionRoot root = present.get(name);
            return root == null ? 0 : root.id(org.cloister.fuse.tree.UnionTree.TOP);
        });
    }
}

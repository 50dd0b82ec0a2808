package org.cloister.fuse.union;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import org.cloister.events.RootName;
import org.cloister.fuse.tree.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Every root that this process has known, by slot and by name. A slot is never given to another root, so a node number
 * means the same for as long as the mount lives. Readers take no lock.
 */
public final class Roots {
    private volatile @Nullable UnionRoot[] slots = new UnionRoot[0];
    private volatile Map<String, UnionRoot> present = Map.of();
    /** What is being loaded while the mount is served already. */
    private volatile Map<String, CountDownLatch> coming = Map.of();

    /** The root of a node; null for the mount's own top and for numbers that were never given out. */
    @Nullable
    UnionRoot of(long node) {
        @Nullable UnionRoot[] all = slots;
        int slot = NodeId.slot(node);
        return slot >= 0 && slot < all.length ? all[slot] : null;
    }

    /** From now until {@link #allArrived}, who asks for one of {@code names} waits for it. */
    void expect(List<RootName> names) {
        Map<String, CountDownLatch> latches = new HashMap<>();
        names.forEach(name -> latches.put(name.text(), new CountDownLatch(1)));
        coming = latches;
    }

    /** Who waits for {@code root} sees it. Called by one thread at a time. */
    void arrived(UnionRoot root) {
        CountDownLatch latch = coming.get(root.name.text());
        if (latch != null) {
            Map<String, UnionRoot> more = new TreeMap<>(present);
            more.put(root.name.text(), root);
            present = more;
            latch.countDown();
        }
    }

    /** What did not arrive is not there. */
    void allArrived() {
        Map<String, CountDownLatch> waitedFor = coming;
        coming = Map.of();
        waitedFor.values().forEach(CountDownLatch::countDown);
    }

    /** As {@link #named}, when it has arrived. For threads that serve programs. */
    @Nullable
    UnionRoot awaited(String name) {
        CountDownLatch latch = coming.get(name);
        if (latch != null) {
            await(latch);
        }
        return present.get(name);
    }

    /** As {@link #present}, when all have arrived. For threads that serve programs. */
    List<UnionRoot> allAwaited() {
        coming.values().forEach(Roots::await);
        return present();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        coming.values().forEach(Roots::await);
        return Directory.ofTops(present.keySet(), name -> {
            UnionRoot root = present.get(name);
            return root == null ? 0 : root.id(org.cloister.fuse.tree.UnionTree.TOP);
        });
    }
}

package org.cloister.repo.artifact;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.events.layer.PathOrder;

/** What is at which place of the layer; refuses a second thing at one place. */
final class LayerTree {
    private final ImportLimits limits;
    private final Map<String, Shipped> places = new HashMap<>();
    private int made;
    private long madeBytes;

    LayerTree(ImportLimits limits) {
        this.limits = limits;
    }

    void put(String place, Shipped shipped) throws RefusedException {
        Shipped before = places.putIfAbsent(place, shipped);
        if (before == null || shipped.repeats(before)) {
            return;
        }
        boolean alias = !before.name().equals(shipped.name());
        throw new RefusedException(
                Refusal.DUPLICATE_ENTRY,
                alias
                        ? before.name() + " and " + shipped.name() + " are one path, " + place
                        : "two entries for " + shipped.name());
    }

    /** Sorted, every parent present; the first name of an inode in path order carries it, the others are hard links. */
    Manifest manifest() throws RefusedException {
        addParents();
        List<String> sorted = new ArrayList<>(places.keySet());
        sorted.sort(PathOrder.UTF8);
        Map<ArchiveEntry, String> firstNames = new IdentityHashMap<>();
        List<ManifestEntry> entries = new ArrayList<>(sorted.size());
        for (String place : sorted) {
            Shipped shipped = there(place);
            String first = firstNames.putIfAbsent(shipped.inode(), place);
            entries.add(first == null ? shipped.at(place) : ManifestEntry.hardLink(place, first));
        }
        return new Manifest(entries);
    }

    private Shipped there(String place) {
        Shipped shipped = places.get(place);
        if (shipped == null) {
            throw new IllegalStateException("nothing at " + place);
        }
        return shipped;
    }

    private void addParents() throws RefusedException {
        for (String place : List.copyOf(places.keySet())) {
            int slash = place.lastIndexOf('/');
            while (slash > 0 && addParent(place, place.substring(0, slash))) {
                slash = place.lastIndexOf('/', slash - 1);
            }
        }
    }

    /** True if it was missing, so that its own parent may be missing too. */
    private boolean addParent(String place, String parent) throws RefusedException {
        Shipped there = places.get(parent);
        if (there == null) {
            makeDirectory(parent);
            return true;
        }
        if (!there.isDirectory()) {
            throw new RefusedException(
                    Refusal.BELOW_NO_DIRECTORY, place + " lies below " + parent + ", which is no directory");
        }
        return false;
    }

    /** Under limits of its own: one long name can ask for two thousand directories. */
    private void makeDirectory(String place) throws RefusedException {
        made++;
        madeBytes += place.length();
        if (made > limits.entries() || madeBytes > limits.nameBytes()) {
            throw new RefusedException(
                    Refusal.TOO_MANY_ENTRIES, "more than " + limits.entries() + " directories without an entry");
        }
        ArchiveEntry entry = new ArchiveEntry(EntryType.DIRECTORY, place, "", 0755, 0, 0, FileTime.EPOCH, 0, Map.of());
        places.put(place, new Shipped(place, entry, ""));
    }
}

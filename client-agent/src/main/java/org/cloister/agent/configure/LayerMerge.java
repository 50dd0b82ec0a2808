package org.cloister.agent.configure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.events.layer.PathOrder;

/** Two layers, one on the other, as one layer that means the same on top of whatever lies below. */
final class LayerMerge {
    private final NavigableMap<String, ManifestEntry> merged = new TreeMap<>(PathOrder.UTF8);

    private LayerMerge(Manifest lower) {
        lower.entries().forEach(entry -> merged.put(entry.path(), entry));
    }

    static Manifest of(Manifest lower, Manifest upper) {
        LayerMerge merge = new LayerMerge(lower);
        upper.entries().forEach(merge::lay);
        return Manifest.of(merge.merged.values());
    }

    private void lay(ManifestEntry entry) {
        ManifestEntry below = merged.get(entry.path());
        boolean replacesTree = below != null && below.type().isDirectory() && entry.type() != EntryType.DIRECTORY;
        if (replacesTree) {
            removeBelow(entry.path());
        }
        if (below != null) {
            keepOtherNames(below);
        }
        boolean hides = below != null
                && entry.type() == EntryType.DIRECTORY
                && (below.type() == EntryType.WHITEOUT || below.type() == EntryType.OPAQUE_DIRECTORY);
        merged.put(entry.path(), hides ? opaque(entry) : entry);
    }

    private static ManifestEntry opaque(ManifestEntry entry) {
        return new ManifestEntry(
                EntryType.OPAQUE_DIRECTORY,
                entry.path(),
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.mtime(),
                0,
                "",
                entry.xattrs());
    }

    private void removeBelow(String path) {
        List<ManifestEntry> gone = new ArrayList<>(
                merged.subMap(path + "/", true, path + "0", false).values());
        for (ManifestEntry entry : gone) {
            keepOtherNames(entry);
            merged.remove(entry.path());
        }
    }

    /** When the first name of a file goes, its next one becomes the first. */
    private void keepOtherNames(ManifestEntry first) {
        if (first.type().isDirectory() || first.type() == EntryType.WHITEOUT || first.type() == EntryType.HARD_LINK) {
            return;
        }
        String heir = null;
        for (Map.Entry<String, ManifestEntry> entry : merged.entrySet()) {
            ManifestEntry link = entry.getValue();
            if (link.type() == EntryType.HARD_LINK && link.argument().equals(first.path())) {
                heir = heir == null ? link.path() : heir;
                entry.setValue(
                        heir.equals(link.path()) ? named(first, heir) : ManifestEntry.hardLink(link.path(), heir));
            }
        }
    }

    private static ManifestEntry named(ManifestEntry entry, String path) {
        return new ManifestEntry(
                entry.type(),
                path,
                entry.mode(),
                entry.uid(),
                entry.gid(),
                entry.mtime(),
                entry.size(),
                entry.argument(),
                entry.xattrs());
    }
}

package org.cloister.agent.conffile;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.events.layer.PathOrder;

/**
 * The regular files of a root as its layers ship them, and which of them are configuration: what a package lists as conffile
 * (deb-conffiles(5)) and whatever stands below {@code etc}, which configuration scripts and ucf(1) put there without listing it.
 */
final class ShippedFiles {
    private static final String ETC = "etc/";
    private static final String INFO = "var/lib/dpkg/info";
    private static final String CONFFILES = ".conffiles";
    /** A flag of deb-conffiles(5): the package doesn't ship the file any more. */
    private static final String FLAG = "remove-on-upgrade ";

    private final ObjectStore store;
    private final List<Manifest> layers = new ArrayList<>();
    private final Set<String> listed = new HashSet<>();

    /** @param lowestFirst layers that are all in the store */
    ShippedFiles(ObjectStore store, List<LayerId> lowestFirst) throws IOException {
        this.store = store;
        for (LayerId layer : lowestFirst) {
            Manifest manifest = store.manifest(layer);
            layers.add(manifest);
            list(manifest);
        }
        Collections.reverse(layers);
    }

    private void list(Manifest manifest) throws IOException {
        int start = index(manifest, INFO);
        for (int i = start; i >= 0 && i < manifest.entries().size(); i++) {
            ManifestEntry entry = manifest.entries().get(i);
            if (!entry.path().startsWith(INFO)) {
                return;
            }
            if (entry.path().endsWith(CONFFILES) && entry.type() == EntryType.FILE) {
                listed.addAll(paths(Files.readString(store.path(entry.object()), StandardCharsets.UTF_8)));
            }
        }
    }

    /** The paths that a {@code conffiles} member names, relative to the root, those that are to go left out. */
    static List<String> paths(String member) {
        return member.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("/") && !line.startsWith(FLAG))
                .map(line -> BaseLayer.canonicalPath(line.substring(1)))
                .toList();
    }

    boolean isConfiguration(String path) {
        return path.startsWith(ETC) || listed.contains(path);
    }

    /** The content shipped at {@code path}; empty where no regular file is shipped there. */
    Optional<Digest> content(String path) {
        for (Manifest layer : layers) {
            Optional<ManifestEntry> entry = find(layer, path);
            if (entry.isPresent()) {
                return object(layer, entry.get());
            }
            if (isCovered(layer, path)) {
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<Digest> object(Manifest layer, ManifestEntry entry) {
        if (entry.type() == EntryType.HARD_LINK) {
            return find(layer, entry.argument()).flatMap(first -> object(layer, first));
        }
        return entry.type() == EntryType.FILE ? Optional.of(entry.object()) : Optional.empty();
    }

    /** Whether the layer hides what layers below it have at {@code path}. */
    private static boolean isCovered(Manifest layer, String path) {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            Optional<ManifestEntry> parent = find(layer, path.substring(0, slash));
            if (parent.isPresent() && parent.get().type() != EntryType.DIRECTORY) {
                return true;
            }
        }
        return false;
    }

    private static Optional<ManifestEntry> find(Manifest layer, String path) {
        int index = index(layer, path);
        return index < 0 ? Optional.empty() : Optional.of(layer.entries().get(index));
    }

    private static int index(Manifest layer, String path) {
        return Collections.binarySearch(
                layer.entries(), ManifestEntry.whiteout(path), (a, b) -> PathOrder.UTF8.compare(a.path(), b.path()));
    }
}

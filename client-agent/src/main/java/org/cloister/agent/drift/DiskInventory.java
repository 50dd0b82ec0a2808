package org.cloister.agent.drift;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.cloister.agent.control.Progress;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.RootName;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is on the disk: the generation file, each layer's manifest (hashed), each object (whether it is there, with its size),
 * the roots below the mount, and the files outside of roots that programs are started by. What an object's bytes are is looked at by
 * whoever reads them and by {@code fuse-agent}'s scrub. What a root itself wrote is its own business.
 */
public final class DiskInventory {
    private static final String MISSING = "is not in the store";

    private final ObjectStore store;
    private final Places places;

    /** Where to look. */
    public interface Places {
        /** The file of the present generation. */
        Optional<Path> generation() throws IOException;

        Path mount();

        /** Files that the agent wrote for people to start programs by, and that are others now. */
        List<Path> alteredLaunchers() throws IOException;
    }

    public DiskInventory(ObjectStore store, Places places) {
        this.store = store;
        this.places = places;
    }

    /** @throws InterruptedException if the thread was interrupted; nothing needs to be undone */
    public HostInventory read(Consumer<Progress> progress) throws IOException, InterruptedException {
        Findings findings = new Findings();
        List<Generation.Root> roots = generation(findings);
        Set<LayerId> layers = new HashSet<>();
        Set<Digest> objects = new HashSet<>();
        int done = 0;
        for (Generation.Root root : roots) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!Files.isDirectory(places.mount().resolve(root.name().text()))) {
                findings.add(root.name().text(), "is not below " + places.mount());
            }
            for (LayerId layer : root.layers()) {
                if (layers.add(layer)) {
                    layer(root.name(), layer, objects, findings);
                }
            }
            done++;
            progress.accept(new Progress("compare", root.name().text(), done, roots.size(), "roots"));
        }
        for (Path launcher : places.alteredLaunchers()) {
            findings.add(launcher.toString(), "is not as Cloister wrote it");
        }
        return findings.with(roots);
    }

    private List<Generation.Root> generation(Findings findings) throws IOException {
        Path file = places.generation().orElse(null);
        if (file == null) {
            return List.of();
        }
        try {
            return Generation.parse(Files.readString(file)).roots();
        } catch (NoSuchFileException e) {
            findings.add(file.toString(), "is gone");
        } catch (IllegalArgumentException e) {
            findings.add(file.toString(), "is no generation: " + e.getMessage());
        }
        return List.of();
    }

    private void layer(RootName root, LayerId layer, Set<Digest> seen, Findings findings) throws IOException {
        if (!store.isIntact(layer)) {
            String found = store.hasLayer(layer) ? "differs from its digest" : MISSING;
            findings.add(root.text(), "layer " + layer + ' ' + found);
            return;
        }
        try (Stream<ManifestEntry> entries = store.manifest(layer).entries().stream()) {
            for (ManifestEntry entry : (Iterable<ManifestEntry>) entries::iterator) {
                if (entry.type() == EntryType.FILE && seen.add(entry.object())) {
                    String damage = damage(entry);
                    if (damage != null) {
                        findings.add(root + "/" + entry.path(), damage);
                    }
                }
            }
        }
    }

    private @Nullable String damage(ManifestEntry entry) throws IOException {
        try {
            long size = Files.size(store.path(entry.object()));
            return size == entry.size() ? null : "has " + size + " bytes in the store instead of " + entry.size();
        } catch (NoSuchFileException e) {
            return MISSING;
        }
    }

    /** The first ones, and how many there are. */
    private static final class Findings {
        private final List<Difference> first = new ArrayList<>();
        private long more;

        void add(String path, String found) {
            if (first.size() < HostInventory.MAX_FINDINGS) {
                first.add(new Difference(path, found));
            } else {
                more++;
            }
        }

        HostInventory with(List<Generation.Root> roots) {
            return new HostInventory(roots, first, more);
        }
    }
}

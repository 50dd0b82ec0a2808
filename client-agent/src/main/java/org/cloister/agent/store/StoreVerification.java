package org.cloister.agent.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.cloister.agent.control.Progress;
import org.cloister.agent.control.Verification;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.ManifestEntry;

/** Hashes stored content again and has it replaced where it is damaged. May run beside anything else. */
public final class StoreVerification {
    /** Paths named for one damaged object; the same file may be in hundreds of places. */
    private static final int MAX_PATHS = 10;

    private final ObjectStore store;
    private final LayerFetch fetch;

    public StoreVerification(ObjectStore store, LayerFetch fetch) {
        this.store = store;
        this.fetch = fetch;
    }

    /** An object and where it is used. */
    private static final class Use {
        private final long size;
        private final List<String> paths = new ArrayList<>();

        Use(long size) {
            this.size = size;
        }
    }

    /** @param layers by the name that tells people where they are */
    public Verification run(Map<LayerId, String> layers, boolean repair, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        List<Verification.Damage> damaged = new ArrayList<>();
        Map<Digest, Use> objects = new LinkedHashMap<>();
        for (Map.Entry<LayerId, String> layer : layers.entrySet()) {
            boolean intact = store.isIntact(layer.getKey());
            if (!intact) {
                boolean repaired = repair && fetch.fetchManifestAgain(layer.getKey());
                damaged.add(new Verification.Damage(
                        layer.getKey().digest(), List.of(layer.getValue()), repaired, "the layer's manifest"));
                intact = repaired;
            }
            if (intact) {
                collect(layer.getKey(), layer.getValue(), objects);
            }
        }
        long bytes = objects.values().stream().mapToLong(use -> use.size).sum();
        damaged.addAll(verify(objects, bytes, repair, progress));
        return new Verification(objects.size(), bytes, damaged);
    }

    private void collect(LayerId layer, String where, Map<Digest, Use> objects) throws IOException {
        for (ManifestEntry entry : store.manifest(layer).entries()) {
            if (entry.type() == EntryType.FILE) {
                Use use = objects.computeIfAbsent(entry.object(), object -> new Use(entry.size()));
                if (use.paths.size() < MAX_PATHS) {
                    use.paths.add(where + "/" + entry.path());
                }
            }
        }
    }

    private Collection<Verification.Damage> verify(
            Map<Digest, Use> objects, long total, boolean repair, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        Map<Digest, Long> bad = new LinkedHashMap<>();
        long done = 0;
        for (Map.Entry<Digest, Use> object : objects.entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            if (!store.isIntact(object.getKey())) {
                bad.put(object.getKey(), object.getValue().size);
            }
            done += object.getValue().size;
            progress.accept(new Progress("verify", object.getKey().toString(), done, total, "bytes"));
        }
        Set<Digest> lost = repair && !bad.isEmpty() ? fetch.fetchAgain(bad) : bad.keySet();
        return bad.keySet().stream()
                .map(object -> new Verification.Damage(
                        object,
                        objects.getOrDefault(object, new Use(0)).paths,
                        !lost.contains(object),
                        store.hasObject(object) ? "differs from its digest" : "missing"))
                .toList();
    }
}

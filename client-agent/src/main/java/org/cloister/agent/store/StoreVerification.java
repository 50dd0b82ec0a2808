package org.cloister.agent.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.cloister.agent.control.Progress;
import org.cloister.agent.control.Verification;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.ManifestEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hashes stored content again and has it replaced where it is damaged. May run beside anything else. */
public final class StoreVerification {
    /** Paths named for one damaged object; the same file may be in hundreds of places. */
    private static final int MAX_PATHS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(StoreVerification.class);

    private final ObjectStore store;
    private final LayerFetch fetch;

    public StoreVerification(ObjectStore store, LayerFetch fetch) {
        this.store = store;
        this.fetch = fetch;
    }

    /** An object and where it is used. */
    private static final class Use {
        private final long size;
        private final RootName root;
        private final String path;
        private final List<String> paths = new ArrayList<>();

        Use(long size, RootName root, String path) {
            this.size = size;
            this.root = root;
            this.path = path;
        }
    }

    /**
     * What is damaged is on record before it is fetched again; where the repository can't be asked it stays so, and is no
     * error. Without {@code repair} nothing is recorded either: it only looks.
     *
     * @param layers by a root that uses them
     */
    public Verification run(Map<LayerId, RootName> layers, boolean repair, DamageBook book, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        List<Damaged> manifests = new ArrayList<>();
        Map<Digest, Use> objects = new LinkedHashMap<>();
        for (Map.Entry<LayerId, RootName> layer : layers.entrySet()) {
            if (!store.isIntact(layer.getKey())) {
                Digest digest = layer.getKey().digest();
                manifests.add(new Damaged(digest, 0, true, layer.getValue(), "", "the layer's manifest is damaged"));
            }
        }
        Set<Digest> whole = repair ? repaired(manifests, book) : Set.of();
        for (Map.Entry<LayerId, RootName> layer : layers.entrySet()) {
            boolean bad = manifests.stream()
                    .anyMatch(one -> one.object().equals(layer.getKey().digest()));
            if (!bad || whole.contains(layer.getKey().digest())) {
                collect(layer.getKey(), layer.getValue(), objects);
            }
        }
        long bytes = objects.values().stream().mapToLong(use -> use.size).sum();
        List<Damaged> bad = damaged(objects, bytes, progress);
        Set<Digest> fetched = repair ? repaired(bad, book) : Set.of();
        List<Verification.Damage> found = new ArrayList<>();
        for (Damaged one : manifests) {
            List<String> where = List.of(String.valueOf(one.root()));
            found.add(new Verification.Damage(one.object(), where, whole.contains(one.object()), one.found()));
        }
        for (Damaged one : bad) {
            Use use = objects.get(one.object());
            List<String> where = use == null ? List.of() : use.paths;
            found.add(new Verification.Damage(one.object(), where, fetched.contains(one.object()), one.found()));
        }
        return new Verification(objects.size(), bytes, found);
    }

    private void collect(LayerId layer, RootName root, Map<Digest, Use> objects) throws IOException {
        for (ManifestEntry entry : store.manifest(layer).entries()) {
            if (entry.type() == EntryType.FILE) {
                Use use = objects.computeIfAbsent(entry.object(), any -> new Use(entry.size(), root, entry.path()));
                if (use.paths.size() < MAX_PATHS) {
                    use.paths.add(root + "/" + entry.path());
                }
            }
        }
    }

    private List<Damaged> damaged(Map<Digest, Use> objects, long total, Consumer<Progress> progress)
            throws InterruptedException {
        List<Damaged> bad = new ArrayList<>();
        long done = 0;
        for (Map.Entry<Digest, Use> object : objects.entrySet()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Use use = object.getValue();
            String damage = store.damage(object.getKey());
            if (damage != null) {
                bad.add(new Damaged(object.getKey(), use.size, false, use.root, use.path, damage));
            }
            done += use.size;
            progress.accept(new Progress("verify", use.root + "/" + use.path, done, total, "bytes"));
        }
        return bad;
    }

    /** Those that are whole again. */
    private Set<Digest> repaired(List<Damaged> damaged, DamageBook book) throws IOException, InterruptedException {
        if (damaged.isEmpty()) {
            return Set.of();
        }
        book.found(damaged);
        Map<Digest, Long> objects = new LinkedHashMap<>();
        List<Damaged> whole = new ArrayList<>();
        try {
            damaged.stream().filter(one -> !one.manifest()).forEach(one -> objects.put(one.object(), one.size()));
            Set<Digest> lost = objects.isEmpty() ? Set.of() : fetch.fetchAgain(objects);
            for (Damaged one : damaged) {
                if (one.manifest()
                        ? fetch.fetchManifestAgain(new LayerId(one.object()))
                        : !lost.contains(one.object())) {
                    whole.add(one);
                }
            }
        } catch (IOException e) {
            LOG.warn("damage stays until the repository can be asked: {}", e.getMessage());
        }
        book.fetched(whole);
        return whole.stream().map(Damaged::object).collect(Collectors.toSet());
    }
}

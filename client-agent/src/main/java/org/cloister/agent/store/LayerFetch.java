package org.cloister.agent.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.cloister.agent.control.Progress;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RepositoryProblem;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/**
 * Brings layers from the repository into the store: their manifests, then all missing objects in one streamed request, then
 * the layers become visible. What arrived before an interruption is kept. One fetch at a time.
 */
public final class LayerFetch {
    /** Of the protocol. */
    private static final int MAX_BATCH = 100_000;
    /** So much can be lost by an interruption. */
    private static final int COMMIT_OBJECTS = 5_000;

    private static final long COMMIT_BYTES = 256L << 20;
    /** A manifest of a million entries of 120 bytes. */
    private static final int MAX_MANIFEST_BYTES = 256 << 20;

    private static final int PARALLEL = 8;
    /** A second try after a cut or a wrong byte; more would hide a broken disk or proxy. */
    private static final int ATTEMPTS = 3;

    private final ObjectStore store;
    private final Repository repository;
    private final DamageBook book;

    /** {@code book} hears of stored objects that turn out damaged before another layer links to them. */
    public LayerFetch(ObjectStore store, Repository repository, DamageBook book) {
        this.store = store;
        this.repository = repository;
        this.book = book;
    }

    /** @throws IOException if the repository can't be reached; trying again later may help */
    public Fetched fetch(Collection<LayerId> layers, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        Set<LayerId> missing = new LinkedHashSet<>(layers);
        missing.removeIf(store::hasLayer);
        if (missing.isEmpty()) {
            return new Fetched.Complete(0, 0, 0);
        }
        Map<LayerId, Manifest> manifests;
        try {
            manifests = manifests(missing);
        } catch (RepositoryProblem e) {
            if (e.isTransient()) {
                throw e;
            }
            return new Fetched.Unavailable(missing.stream().map(LayerId::digest).toList(), "" + e.getMessage());
        }
        Map<Digest, ManifestEntry> lacking = missingObjects(manifests.values());
        List<Damaged> damaged = damaged(lacking.values());
        book.found(damaged);
        Map<Digest, Long> objects = new LinkedHashMap<>();
        lacking.forEach((object, entry) -> objects.put(object, entry.size()));
        long bytes = objects.values().stream().mapToLong(Long::longValue).sum();
        Set<Digest> unavailable = fetchObjects(new LinkedHashMap<>(objects), bytes, progress);
        if (!unavailable.isEmpty()) {
            return new Fetched.Unavailable(
                    List.copyOf(unavailable),
                    "the repository has no intact copy of " + unavailable.size() + " objects");
        }
        book.fetched(damaged);
        for (Manifest manifest : manifests.values()) {
            store.putLayer(manifest);
        }
        return new Fetched.Complete(manifests.size(), objects.size(), bytes);
    }

    /** Fetches single objects in place of damaged ones. @return those that the repository hasn't got intact */
    public Set<Digest> fetchAgain(Map<Digest, Long> objects) throws IOException, InterruptedException {
        return fetchObjects(new LinkedHashMap<>(objects), 0, progress -> {});
    }

    /** Fetches a manifest in place of a damaged one. @return false if the repository hasn't got it intact */
    public boolean fetchManifestAgain(LayerId layer) throws IOException, InterruptedException {
        try {
            store.putLayer(manifest(layer));
            return true;
        } catch (RepositoryProblem e) {
            return false;
        }
    }

    private Map<LayerId, Manifest> manifests(Set<LayerId> layers) throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(Math.min(PARALLEL, layers.size()));
        try {
            Map<LayerId, Future<Manifest>> answers = new LinkedHashMap<>();
            layers.forEach(layer -> answers.put(layer, pool.submit(() -> manifest(layer))));
            Map<LayerId, Manifest> manifests = new LinkedHashMap<>();
            for (Map.Entry<LayerId, Future<Manifest>> answer : answers.entrySet()) {
                manifests.put(answer.getKey(), answer.getValue().get());
            }
            return manifests;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private Manifest manifest(LayerId layer) throws IOException, InterruptedException {
        byte[] bytes = repository.layer(layer, MAX_MANIFEST_BYTES);
        if (!Digest.of(bytes).equals(layer.digest())) {
            throw new IOException("the layer " + layer + " arrived damaged");
        }
        return Manifest.parse(bytes);
    }

    /**
     * What isn't stored yet, and what is stored but isn't what its name says: an object is hashed again before another
     * layer links to it, so that deduplication doesn't spread damage.
     */
    private Map<Digest, ManifestEntry> missingObjects(Collection<Manifest> manifests) throws IOException {
        Map<Digest, ManifestEntry> objects = new LinkedHashMap<>();
        Set<Digest> seen = new LinkedHashSet<>();
        for (Manifest manifest : manifests) {
            for (ManifestEntry entry : manifest.entries()) {
                if (entry.type() == EntryType.FILE && seen.add(entry.object()) && !store.isIntact(entry.object())) {
                    objects.put(entry.object(), entry);
                }
            }
        }
        return objects;
    }

    /** Those that are stored: what isn't is no damage here, but new. */
    private List<Damaged> damaged(Collection<ManifestEntry> lacking) {
        List<Damaged> damaged = new ArrayList<>();
        for (ManifestEntry entry : lacking) {
            if (Files.exists(store.path(entry.object()))) {
                damaged.add(new Damaged(
                        entry.object(), entry.size(), false, null, entry.path(), "differs from its digest"));
            }
        }
        return damaged;
    }

    private Set<Digest> fetchObjects(Map<Digest, Long> wanted, long bytes, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        Arrivals arrivals = new Arrivals(wanted, bytes, progress);
        for (int attempt = 1; !wanted.isEmpty(); attempt++) {
            IOException cut = null;
            arrivals.refused.clear();
            try {
                request(new ArrayList<>(wanted.keySet()), arrivals);
            } catch (RepositoryProblem e) {
                throw e;
            } catch (IOException e) {
                cut = e;
            }
            if (attempt == ATTEMPTS && !wanted.isEmpty()) {
                if (cut != null) {
                    throw cut;
                }
                return arrivals.refused;
            }
        }
        return Set.of();
    }

    private void request(List<Digest> wanted, Arrivals arrivals) throws IOException, InterruptedException {
        for (int from = 0; from < wanted.size(); from += MAX_BATCH) {
            List<Digest> part = wanted.subList(from, Math.min(wanted.size(), from + MAX_BATCH));
            try (Incoming incoming = store.incoming()) {
                try (InputStream body = repository.objects(part);
                        ObjectBatch batch = new ObjectBatch(body)) {
                    for (ObjectBatch.Header header = batch.next(); header != null; header = batch.next()) {
                        arrivals.take(header, batch.content(), incoming);
                        if (incoming.size() >= COMMIT_OBJECTS || incoming.bytes() >= COMMIT_BYTES) {
                            arrivals.commit(incoming);
                        }
                    }
                } finally {
                    arrivals.commit(incoming);
                }
            }
        }
    }

    /** What is still wanted, while answers come in. */
    private static final class Arrivals {
        private final Map<Digest, Long> wanted;
        private final Map<Digest, Long> uncommitted = new LinkedHashMap<>();
        private final Set<Digest> refused = new LinkedHashSet<>();
        private final long total;
        private final Consumer<Progress> progress;
        private long done;

        Arrivals(Map<Digest, Long> wanted, long total, Consumer<Progress> progress) {
            this.wanted = wanted;
            this.total = total;
            this.progress = progress;
        }

        void take(ObjectBatch.Header header, InputStream content, Incoming incoming) throws IOException {
            Long expected = wanted.get(header.object());
            if (header.size() < 0) {
                refused.add(header.object());
                return;
            }
            if (expected == null || expected != header.size()) {
                throw new IOException("an object that wasn't asked for, or of another size: " + header.object());
            }
            if (incoming.add(header.object(), header.size(), content)) {
                uncommitted.put(header.object(), header.size());
                done += header.size();
                progress.accept(new Progress("fetch", "objects", done, total, "bytes"));
            } else {
                refused.add(header.object());
            }
        }

        void commit(Incoming incoming) throws IOException, InterruptedException {
            incoming.commit();
            wanted.keySet().removeAll(uncommitted.keySet());
            uncommitted.clear();
        }
    }
}

package org.cloister.agent.configure;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.cloister.agent.control.Progress;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/** Gives the repository a configured layer, so that no other host runs the same scripts. */
final class LayerPublication {
    /** Each object is durable before it is acknowledged: several at a time share the disk's patience. */
    private static final int PARALLEL = 8;

    private final ObjectStore store;
    private final Repository repository;

    LayerPublication(ObjectStore store, Repository repository) {
        this.store = store;
        this.repository = repository;
    }

    /**
     * @param below a layer that is published, whose objects are there
     * @return the layer that everyone uses, which another may have offered first
     * @throws IOException if it couldn't be given; nothing refers to what was
     */
    LayerId publish(ClosureId closure, LayerId layer, @Nullable LayerId below, Consumer<Progress> progress)
            throws IOException, InterruptedException {
        Set<Digest> there = new HashSet<>();
        if (below != null) {
            files(below).forEach(entry -> there.add(entry.object()));
        }
        List<ManifestEntry> missing = new ArrayList<>();
        for (ManifestEntry entry : files(layer)) {
            if (there.add(entry.object())) {
                missing.add(entry);
            }
        }
        put(missing, progress);
        repository.putLayer(layer, store.manifest(layer).canonicalBytes());
        return repository.offerConfigured(closure, layer, UUID.randomUUID().toString());
    }

    private void put(List<ManifestEntry> files, Consumer<Progress> progress) throws IOException, InterruptedException {
        long total = files.stream().mapToLong(ManifestEntry::size).sum();
        ExecutorService threads = Executors.newFixedThreadPool(PARALLEL);
        try {
            List<Future<Long>> answers = new ArrayList<>();
            for (ManifestEntry file : files) {
                answers.add(threads.submit(() -> {
                    repository.putObject(file.object(), store.path(file.object()));
                    return file.size();
                }));
            }
            long done = 0;
            for (Future<Long> answer : answers) {
                done += answer.get();
                progress.accept(new Progress("share", "what was configured", done, total, "bytes"));
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private List<ManifestEntry> files(LayerId layer) throws IOException {
        return store.manifest(layer).entries().stream()
                .filter(entry -> entry.type() == EntryType.FILE)
                .toList();
    }
}

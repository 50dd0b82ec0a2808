package org.cloister.fuse.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.tree.LowerLayer;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.union.Layers;

/** Layers from the manifests in the store, each checked against its digest. Called by one thread at a time. */
public final class ManifestLayers implements Layers {
    /** More don't help: a manifest is read in about the time that hashing it takes, and the disk has to keep up. */
    private static final int MAX_READERS = 4;

    private final Path state;
    private final Numbers numbers;
    private final Function<byte[], Digest> digest;
    private final Map<LayerId, LowerLayer> loaded = new HashMap<>();
    private final Map<LayerId, Future<LowerLayer.Builder>> expected = new HashMap<>();
    /** Used by no root at the last switch; programs may still have their files open. */
    private final Set<LayerId> idle = new HashSet<>();

    public ManifestLayers(Path state, Numbers numbers) {
        this(state, numbers, Digest::of);
    }

    /** {@code digest}: SHA-256, for all threads. */
    public ManifestLayers(Path state, Numbers numbers, Function<byte[], Digest> digest) {
        this.state = state;
        this.numbers = numbers;
        this.digest = digest;
    }

    /** Reads on all processors. Numbers are given by {@link #load}, in the order of its calls. */
    @Override
    public void expect(Set<LayerId> layers) {
        expected.clear();
        Set<LayerId> unknown = new HashSet<>(layers);
        unknown.removeAll(loaded.keySet());
        if (unknown.size() < 2) {
            return;
        }
        ExecutorService readers = Executors.newFixedThreadPool(
                Math.min(MAX_READERS, Runtime.getRuntime().availableProcessors()), ManifestLayers::reader);
        for (LayerId id : layers) {
            if (unknown.contains(id)) {
                expected.put(id, readers.submit(() -> read(id)));
            }
        }
        readers.shutdown();
    }

    private static Thread reader(Runnable task) {
        Thread thread = new Thread(task, "manifest-reader");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public LowerLayer load(LayerId id) throws IOException {
        LowerLayer known = loaded.get(id);
        if (known != null) {
            return known;
        }
        LowerLayer layer = build(id, await(id));
        loaded.put(id, layer);
        idle.remove(id);
        return layer;
    }

    private LowerLayer.Builder await(LayerId id) throws IOException {
        Future<LowerLayer.Builder> reading = expected.remove(id);
        if (reading == null) {
            return read(id);
        }
        try {
            return reading.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while layer " + id + " was read", e);
        } catch (ExecutionException e) {
            throw new IOException(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage(), e);
        }
    }

    @Override
    public void retain(Set<LayerId> used, Predicate<LowerLayer> busy) {
        Set<LayerId> unused = new HashSet<>(loaded.keySet());
        unused.removeAll(used);
        for (LayerId id : unused) {
            LowerLayer layer = loaded.get(id);
            if (idle.contains(id) && layer != null && !busy.test(layer)) {
                layer.unload(numbers);
                loaded.remove(id);
            }
        }
        idle.clear();
        idle.addAll(unused);
        idle.retainAll(loaded.keySet());
    }

    @Override
    public Map<LayerId, Integer> numbered() {
        Map<LayerId, Integer> firsts = new HashMap<>();
        loaded.forEach((id, layer) -> firsts.put(id, layer.first()));
        return firsts;
    }

    /** On any thread. */
    private LowerLayer.Builder read(LayerId id) throws IOException {
        Path path = state.resolve(StoreLayout.layer(id));
        if (!Files.exists(path)) {
            throw new IOException("layer " + id + " is not in the store; fetch it before switching to it");
        }
        byte[] bytes = Files.readAllBytes(path);
        if (!digest.apply(bytes).equals(id.digest())) {
            throw new IOException("manifest of layer " + id + " is damaged; delete " + path + " and fetch it again");
        }
        try {
            return ManifestReader.read(id, bytes);
        } catch (IllegalArgumentException e) {
            throw notUnderstood(id, e);
        }
    }

    private LowerLayer build(LayerId id, LowerLayer.Builder read) throws IOException {
        try {
            return read.build(numbers);
        } catch (IllegalArgumentException e) {
            throw notUnderstood(id, e);
        }
    }

    private static IOException notUnderstood(LayerId id, IllegalArgumentException cause) {
        return new IOException("manifest of layer " + id + " cannot be understood: " + cause.getMessage(), cause);
    }
}

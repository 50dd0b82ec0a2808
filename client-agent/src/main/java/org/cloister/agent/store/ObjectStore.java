package org.cloister.agent.store;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Map;
import org.cloister.events.Digest;
import org.cloister.events.layer.BaseLayer;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.StoreLayout;
import org.jspecify.annotations.Nullable;

/**
 * The objects and layers of a host ({@code docs/protocol.md}, "Store of a host"). What has its name is complete, was right
 * when it got it, and is never written again; a layer is there only when all of its objects are. Reads may come from any
 * thread; {@link Incoming} batches from one at a time.
 */
public final class ObjectStore {
    private static final int BUFFER = 1 << 16;
    /** Manifests kept parsed; a closure of a few hundred packages is asked for again and again. */
    private static final int MAX_CACHED_ENTRIES = 400_000;

    private final Path state;
    private final Map<LayerId, Manifest> parsed = new ManifestCache(MAX_CACHED_ENTRIES);

    /** Makes the directories, and throws away what a crash left half-written. */
    public ObjectStore(Path state) throws IOException, InterruptedException {
        this.state = state;
        Files.createDirectories(state.resolve(StoreLayout.OBJECTS));
        Files.createDirectories(state.resolve(StoreLayout.LAYERS));
        Incoming.clear(state);
        if (!hasLayer(BaseLayer.manifest().id())) {
            putLayer(BaseLayer.manifest());
        }
    }

    Path state() {
        return state;
    }

    public Path path(Digest object) {
        return state.resolve(StoreLayout.object(object));
    }

    public Path path(LayerId layer) {
        return state.resolve(StoreLayout.layer(layer));
    }

    public boolean hasObject(Digest object) {
        return Files.exists(path(object));
    }

    public boolean hasLayer(LayerId layer) {
        return Files.exists(path(layer));
    }

    /** @throws NoSuchFileException if it isn't stored; an IOException if what is stored isn't what its name says */
    public Manifest manifest(LayerId layer) throws IOException {
        synchronized (parsed) {
            Manifest known = parsed.get(layer);
            if (known != null) {
                return known;
            }
        }
        byte[] bytes = Files.readAllBytes(path(layer));
        if (!Digest.of(bytes).equals(layer.digest())) {
            throw new IOException("the stored layer " + layer + " is damaged: cloister verify repairs it");
        }
        return remember(layer, Manifest.parse(bytes));
    }

    private Manifest remember(LayerId layer, Manifest manifest) {
        synchronized (parsed) {
            parsed.put(layer, manifest);
        }
        return manifest;
    }

    /** Makes a layer visible. All of its objects are in the store already. Durable on return. */
    public LayerId putLayer(Manifest manifest) throws IOException {
        byte[] bytes = manifest.canonicalBytes();
        LayerId layer = new LayerId(Digest.of(bytes));
        Path path = path(layer);
        Files.createDirectories(Durability.parent(path));
        Durability.writeAtomically(path, bytes);
        remember(layer, manifest);
        return layer;
    }

    /** A new batch of objects. */
    public Incoming incoming() throws IOException {
        return new Incoming(this);
    }

    /** Whether the stored content still is what its name says; false too if it isn't there. */
    public boolean isIntact(Digest object) throws IOException {
        try (InputStream in = Files.newInputStream(path(object))) {
            return hash(in).equals(object);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /**
     * What is wrong with the stored content, in words, or null: read from the disk, past what is cached, where the file
     * system lets us.
     */
    public @Nullable String damage(Digest object) {
        Path path = path(object);
        try {
            return hashOnDisk(path).equals(object) ? null : "differs from its digest";
        } catch (NoSuchFileException e) {
            return "missing";
        } catch (IOException e) {
            return "cannot be read";
        }
    }

    private static Digest hashOnDisk(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
            int block = Math.toIntExact(Files.getFileStore(path).getBlockSize());
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER + 2 * block).alignedSlice(block);
            MessageDigest sha256 = Digest.sha256();
            long size = channel.size();
            for (long done = 0; done < size; ) {
                buffer.clear();
                int n = channel.read(buffer);
                if (n < 0) {
                    break;
                }
                sha256.update(buffer.flip());
                done += n;
            }
            return Digest.ofHash(sha256.digest());
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException e) {
            try (InputStream in = Files.newInputStream(path)) {
                return hash(in);
            }
        }
    }

    /** Whether the stored manifest still is what its name says. */
    public boolean isIntact(LayerId layer) throws IOException {
        try (InputStream in = Files.newInputStream(path(layer))) {
            return hash(in).equals(layer.digest());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    static Digest hash(InputStream in) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            sha256.update(buffer, 0, n);
        }
        return Digest.ofHash(sha256.digest());
    }
}

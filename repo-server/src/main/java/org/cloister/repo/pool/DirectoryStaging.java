package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;

/** A directory of temporary files, which the pool's store takes when they are published. */
final class DirectoryStaging implements Staging {
    private static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** Content up to this size is hashed in memory first, and written only if it is new. */
    private static final int SMALL = 128 * 1024;

    private final PoolStore store;
    private final Path directory;
    private final Consumer<Digest> pin;
    private final Runnable closed;
    private final byte[] buffer = new byte[SMALL];
    private final Map<Digest, Path> fresh = new LinkedHashMap<>();
    private final Set<Digest> stored = new LinkedHashSet<>();
    private int names;
    private boolean published;

    /**
     * @param pin called before anything is looked for: it stays from then on
     * @param closed called when this is closed
     */
    DirectoryStaging(PoolStore store, Path directory, Consumer<Digest> pin, Runnable closed) {
        this.store = store;
        this.directory = directory;
        this.pin = pin;
        this.closed = closed;
    }

    @Override
    public StagedObject add(InputStream content) throws IOException {
        int length = content.readNBytes(buffer, 0, SMALL);
        if (length == SMALL) {
            return addLarge(content);
        }
        MessageDigest hash = Digest.sha256();
        hash.update(buffer, 0, length);
        Digest digest = Digest.ofHash(hash.digest());
        if (isNew(digest)) {
            fresh.put(digest, write(ByteBuffer.wrap(buffer, 0, length)));
        }
        return new StagedObject(digest, length);
    }

    /** The buffer is full of the content's beginning. */
    private StagedObject addLarge(InputStream rest) throws IOException {
        MessageDigest hash = Digest.sha256();
        Path file = nextName();
        long size = 0;
        try (OutputStream out = Channels.newOutputStream(open(file))) {
            for (int n = SMALL; n > 0; n = rest.readNBytes(buffer, 0, SMALL)) {
                hash.update(buffer, 0, n);
                out.write(buffer, 0, n);
                size += n;
            }
        }
        Digest digest = Digest.ofHash(hash.digest());
        if (isNew(digest)) {
            fresh.put(digest, file);
        } else {
            Files.delete(file);
        }
        return new StagedObject(digest, size);
    }

    private boolean isNew(Digest digest) throws IOException {
        if (fresh.containsKey(digest) || stored.contains(digest)) {
            return false;
        }
        pin.accept(digest);
        if (!store.isWhole(digest)) {
            return true;
        }
        stored.add(digest);
        return false;
    }

    @Override
    public void publish(Manifest layer, Digest artifact, Path spooled) throws IOException {
        byte[] bytes = layer.canonicalBytes();
        publishObjects();
        Set<Digest> others = new LinkedHashSet<>();
        for (ManifestEntry entry : layer.entries()) {
            if (entry.type() == EntryType.FILE && !fresh.containsKey(entry.object()) && others.add(entry.object())) {
                pin.accept(entry.object());
            }
        }
        Digest missing = store.missing(others).orElse(null);
        if (missing != null) {
            throw new IllegalStateException("the layer's object is missing: " + missing);
        }
        publishLayer(new LayerId(Digest.of(bytes)), bytes);
        publishArtifact(artifact, spooled);
    }

    void publishArtifact(Digest artifact, Path spooled) throws IOException {
        pin.accept(artifact);
        Path copy = nextName();
        linkOrCopy(spooled, copy, artifact);
        store.put(ContentKind.ARTIFACT, Map.of(artifact, copy), Set.of());
    }

    private static void linkOrCopy(Path spooled, Path copy, Digest digest) throws IOException {
        try {
            Files.createLink(copy, spooled);
        } catch (FileSystemException | UnsupportedOperationException e) {
            Files.copy(spooled, copy);
            if (!CheckedObjects.isIntact(copy, digest)) {
                throw new IOException("the copy of " + spooled + " isn't " + digest, e);
            }
        }
        Files.setPosixFilePermissions(copy, READ_ONLY);
    }

    void publishObjects() throws IOException {
        if (published) {
            throw new IllegalStateException("published already");
        }
        published = true;
        store.put(ContentKind.OBJECT, fresh, stored);
    }

    void publishLayer(LayerId layer, byte[] bytes) throws IOException {
        pin.accept(layer.digest());
        store.put(ContentKind.LAYER, Map.of(layer.digest(), write(ByteBuffer.wrap(bytes))), Set.of());
    }

    private Path write(ByteBuffer content) throws IOException {
        Path file = nextName();
        try (FileChannel channel = open(file)) {
            while (content.hasRemaining()) {
                channel.write(content);
            }
        }
        return file;
    }

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, NEW, PosixFilePermissions.asFileAttribute(READ_ONLY));
    }

    private Path nextName() {
        return directory.resolve(Integer.toString(names++));
    }

    @Override
    public void close() throws IOException {
        closed.run();
        if (Files.exists(directory)) {
            PoolLayout.deleteChildren(directory);
            Files.deleteIfExists(directory);
        }
    }
}

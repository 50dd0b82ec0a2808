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
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A directory of temporary files below the pool. Content that is stored, checked and whole already is not written again. */
final class DirectoryStaging implements Staging {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryStaging.class);
    private static final Set<PosixFilePermission> READ_ONLY = PosixFilePermissions.fromString("r--r--r--");
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    /** Content up to this size is hashed in memory first, and written only if it is new. */
    private static final int SMALL = 128 * 1024;

    private final PoolLayout layout;
    private final FanOut fanOut;
    private final Durability durability;
    private final CheckedObjects checked;
    private final Path directory;
    private final Consumer<Digest> pin;
    private final Runnable closed;
    private final byte[] buffer = new byte[SMALL];
    private final Map<Digest, Path> fresh = new LinkedHashMap<>();
    private final Set<Digest> stored = new LinkedHashSet<>();
    private int names;
    private boolean published;

    /** What all stagings of a pool share. */
    record Shared(PoolLayout layout, FanOut fanOut, Durability durability, CheckedObjects checked) {}

    /**
     * @param pin called before anything is looked for: it stays from then on
     * @param closed called when this is closed
     */
    DirectoryStaging(Shared shared, Path directory, Consumer<Digest> pin, Runnable closed) {
        this.layout = shared.layout();
        this.fanOut = shared.fanOut();
        this.durability = shared.durability();
        this.checked = shared.checked();
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

    /** A stored object that isn't intact counts as new: the good content takes its place. */
    private boolean isNew(Digest digest) throws IOException {
        if (fresh.containsKey(digest)) {
            return false;
        }
        pin.accept(digest);
        Path existing = layout.object(digest);
        if (!Files.exists(existing)) {
            return true;
        }
        if (checked.contains(digest) || stored.contains(digest)) {
            return false;
        }
        boolean intact = CheckedObjects.isIntact(existing, digest);
        if (intact) {
            stored.add(digest);
        } else {
            LOG.warn("the stored object {} was damaged; an import brought it anew", digest);
        }
        return !intact;
    }

    @Override
    public void publish(Manifest layer, Digest artifact, Path spooled) throws IOException {
        byte[] bytes = layer.canonicalBytes();
        publishObjects();
        for (ManifestEntry entry : layer.entries()) {
            if (entry.type() == EntryType.FILE && !isHere(entry.object())) {
                throw new IllegalStateException("the layer's object is missing: " + entry.path());
            }
        }
        publishLayer(new LayerId(Digest.of(bytes)), bytes);
        publishArtifact(artifact, spooled);
    }

    private boolean isHere(Digest object) {
        pin.accept(object);
        return Files.exists(layout.object(object));
    }

    void publishArtifact(Digest artifact, Path spooled) throws IOException {
        pin.accept(artifact);
        Path copy = nextName();
        linkOrCopy(spooled, copy, artifact);
        Durability.force(copy);
        moveInto(copy, layout.artifact(artifact));
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

    /** Content first, then names: a name that survives a crash has its content. */
    void publishObjects() throws IOException {
        if (published) {
            throw new IllegalStateException("published already");
        }
        published = true;
        durability.forceAll(fresh.values());
        Set<Path> directories = new LinkedHashSet<>();
        for (Map.Entry<Digest, Path> object : fresh.entrySet()) {
            Path target = layout.object(object.getKey());
            directories.add(fanOut.directoryOf(target));
            Files.move(object.getValue(), target, StandardCopyOption.ATOMIC_MOVE);
        }
        // what another import has just made visible may not be durable yet
        for (Digest digest : stored) {
            directories.add(fanOut.directoryOf(layout.object(digest)));
        }
        durability.forceAll(directories);
        fresh.keySet().forEach(checked::add);
        stored.forEach(checked::add);
    }

    void publishLayer(LayerId layer, byte[] bytes) throws IOException {
        pin.accept(layer.digest());
        Path file = write(ByteBuffer.wrap(bytes));
        Durability.force(file);
        moveInto(file, layout.layer(layer));
    }

    private void moveInto(Path file, Path target) throws IOException {
        Path parent = fanOut.directoryOf(target);
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        Durability.force(parent);
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

package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/** A pool in one directory of a POSIX file system. One process at a time, or several that all share it: each holds a lock on the directory. */
public final class DirectoryPool implements Pool {
    /** Another process empties the staging area in seconds, unless a hundred imports were cut. */
    private static final int SHARE_ATTEMPTS = 300;

    private static final long SHARE_PAUSE_MILLIS = 100;

    private final PoolLayout layout;
    private final FileChannel lockChannel;
    private final FanOut fanOut = new FanOut();
    private final Durability durability = new Durability();
    private final CheckedObjects checked;

    private DirectoryPool(PoolLayout layout, FileChannel lockChannel, InstantSource clock) {
        this.layout = layout;
        this.lockChannel = lockChannel;
        this.checked = new CheckedObjects(clock);
    }

    /** Opens or makes the pool in {@code directory}. @throws IOException also if another process has it open */
    public static DirectoryPool open(Path directory, InstantSource clock) throws IOException {
        PoolLayout layout = new PoolLayout(Files.createDirectories(directory));
        FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            if (tryLock(channel) == null) {
                throw new IOException("the pool " + directory + " is in use by another process; stop it first");
            }
            layout.prepare();
            opened = true;
            return new DirectoryPool(layout, channel, clock);
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * The same for processes that share the directory. Whoever opens it while no other has it open empties the staging area; who comes
     * in the middle of that waits.
     *
     * @throws IOException also if a process has it open for itself
     */
    public static DirectoryPool openShared(Path directory, InstantSource clock) throws IOException {
        PoolLayout layout = new PoolLayout(Files.createDirectories(directory));
        FileChannel channel = FileChannel.open(
                layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean opened = false;
        try {
            FileLock first = tryLock(channel);
            if (first != null) {
                layout.prepare();
                first.release();
            }
            if (!share(channel)) {
                throw new IOException("a process has the pool " + directory + " for itself; stop it first");
            }
            opened = true;
            return new DirectoryPool(layout, channel, clock);
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    private static boolean share(FileChannel channel) throws IOException {
        try {
            for (int i = 0; i < SHARE_ATTEMPTS; i++) {
                if (channel.tryLock(0, Long.MAX_VALUE, true) != null) {
                    return true;
                }
                Thread.sleep(SHARE_PAUSE_MILLIS);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another process prepares the pool", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public Optional<Blob> artifact(Digest digest) {
        return blob(layout.artifact(digest));
    }

    @Override
    public Optional<Blob> object(Digest digest) {
        return blob(layout.object(digest));
    }

    @Override
    public Optional<Blob> layer(LayerId layer) {
        return blob(layout.layer(layer));
    }

    private static Optional<Blob> blob(Path path) {
        try {
            return Optional.of(new Blob(
                    path, Files.readAttributes(path, BasicFileAttributes.class).size()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<Manifest> manifest(LayerId layer) throws IOException {
        Optional<Blob> blob = layer(layer);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(blob.get().path());
        if (!Digest.of(bytes).equals(layer.digest())) {
            throw new IOException("the stored layer " + layer + " is damaged: its digest differs");
        }
        return Optional.of(Manifest.parse(bytes));
    }

    @Override
    public PutResult putObject(Digest digest, InputStream content) throws IOException {
        try (DirectoryStaging staging = staging()) {
            StagedObject object = staging.add(content);
            if (!object.digest().equals(digest)) {
                return new PutResult.Refused(
                        PutResult.Reason.WRONG_DIGEST, "the content is " + object.digest() + ", not " + digest);
            }
            staging.publishObjects();
            return new PutResult.Stored(new Blob(layout.object(digest), object.size()));
        }
    }

    @Override
    public PutResult putLayer(LayerId layer, byte[] bytes) throws IOException {
        if (!Digest.of(bytes).equals(layer.digest())) {
            return new PutResult.Refused(
                    PutResult.Reason.WRONG_DIGEST, "the content is " + Digest.of(bytes) + ", not " + layer);
        }
        Manifest manifest;
        try {
            manifest = Manifest.parse(bytes);
        } catch (IllegalArgumentException e) {
            return new PutResult.Refused(PutResult.Reason.NOT_A_MANIFEST, String.valueOf(e.getMessage()));
        }
        for (ManifestEntry entry : manifest.entries()) {
            if (entry.type() == EntryType.FILE && object(entry.object()).isEmpty()) {
                return new PutResult.Refused(
                        PutResult.Reason.MISSING_OBJECTS,
                        "the object " + entry.object() + " of " + entry.path() + " isn't in the pool");
            }
        }
        try (DirectoryStaging staging = staging()) {
            staging.publishLayer(layer, bytes);
        }
        return new PutResult.Stored(new Blob(layout.layer(layer), bytes.length));
    }

    @Override
    public Blob putArtifact(Digest artifact, Path spooled) throws IOException {
        try (DirectoryStaging staging = staging()) {
            staging.publishArtifact(artifact, spooled);
        }
        Path path = layout.artifact(artifact);
        return new Blob(path, Files.size(path));
    }

    @Override
    public Staging stage() throws IOException {
        return staging();
    }

    private DirectoryStaging staging() throws IOException {
        return new DirectoryStaging(
                layout, fanOut, durability, checked, Files.createTempDirectory(layout.staging(), "s"));
    }

    @Override
    public Path newSpoolFile() throws IOException {
        return Files.createTempFile(layout.staging(), "spool", "");
    }

    @Override
    public void close() throws IOException {
        durability.close();
        lockChannel.close();
    }
}

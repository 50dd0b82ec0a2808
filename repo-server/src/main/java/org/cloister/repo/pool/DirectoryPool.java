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
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool in one directory of a POSIX file system. One process at a time, or several that all share it: each holds a lock on the directory. */
public final class DirectoryPool implements Pool {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryPool.class);

    /** Another process empties the staging area in seconds, unless a hundred imports were cut. */
    private static final int SHARE_ATTEMPTS = 300;

    private static final long SHARE_PAUSE_MILLIS = 100;

    private final PoolLayout layout;
    private final FileChannel lockChannel;
    private final FanOut fanOut = new FanOut();
    private final Durability durability = new Durability();
    private final CheckedObjects checked;
    private final InstantSource clock;
    private final InUse inUse = new InUse();
    private final AtomicLong changes = new AtomicLong();
    private final PoolGarbage garbage;
    private final boolean shared;

    private DirectoryPool(PoolLayout layout, FileChannel lockChannel, InstantSource clock, boolean shared) {
        this.shared = shared;
        this.layout = layout;
        this.lockChannel = lockChannel;
        this.checked = new CheckedObjects(clock);
        this.clock = clock;
        this.garbage = new PoolGarbage(layout, inUse, durability, changes);
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
            DirectoryPool pool = new DirectoryPool(layout, channel, clock, false);
            pool.garbage.load();
            opened = true;
            return pool;
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
            DirectoryPool pool = new DirectoryPool(layout, channel, clock, true);
            pool.garbage.load();
            opened = true;
            return pool;
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

    /** Whether other processes may have it open: what they are about to name in the log isn't known here. */
    public boolean isShared() {
        return shared;
    }

    @Override
    public Optional<Blob> artifact(Digest digest) {
        spare(digest);
        return blob(layout.artifact(digest));
    }

    @Override
    public Optional<Blob> object(Digest digest) {
        spare(digest);
        return blob(layout.object(digest));
    }

    @Override
    public Optional<Blob> layer(LayerId layer) {
        spare(layer.digest());
        return blob(layout.layer(layer));
    }

    /** What somebody finds stays for a while, also after a crash. */
    private void spare(Digest digest) {
        if (inUse.isCondemned(digest) && inUse.spare(digest)) {
            renew(digest);
        }
    }

    private void renew(Digest digest) {
        for (ContentKind kind : ContentKind.values()) {
            Path file = layout.file(kind, digest);
            if (Files.exists(file)) {
                try {
                    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
                    Durability.force(file);
                } catch (IOException e) {
                    LOG.warn("{} was wanted, which is forgotten if this process ends now", file, e);
                }
            }
        }
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
        try (Use use = new Use();
                DirectoryStaging staging = staging(use)) {
            for (ManifestEntry entry : manifest.entries()) {
                if (entry.type() == EntryType.FILE && !use.keepObject(entry.object())) {
                    return new PutResult.Refused(
                            PutResult.Reason.MISSING_OBJECTS,
                            "the object " + entry.object() + " of " + entry.path() + " isn't in the pool");
                }
            }
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
        Use use = new Use();
        return new DirectoryStaging(shared(), newStagingDirectory(), use::pin, use::close);
    }

    private DirectoryStaging staging(Use use) throws IOException {
        return new DirectoryStaging(shared(), newStagingDirectory(), use::pin, () -> {});
    }

    private DirectoryStaging.Shared shared() {
        return new DirectoryStaging.Shared(layout, fanOut, durability, checked);
    }

    private Path newStagingDirectory() throws IOException {
        return Files.createTempDirectory(layout.staging(), "s");
    }

    @Override
    public PoolUse use() {
        return new Use();
    }

    @Override
    public long changes() {
        return changes.get();
    }

    /** How content goes from it. */
    public PoolGarbage garbage() {
        return garbage;
    }

    private final class Use implements PoolUse {
        private final Set<Digest> pinned = new HashSet<>();

        synchronized void pin(Digest digest) {
            if (pinned.add(digest) && inUse.pin(digest)) {
                renew(digest);
            }
        }

        @Override
        public Staging stage() throws IOException {
            return staging(this);
        }

        @Override
        public boolean keep(LayerId layer) {
            pin(layer.digest());
            return Files.exists(layout.layer(layer));
        }

        @Override
        public boolean keepArtifact(Digest artifact) {
            pin(artifact);
            return Files.exists(layout.artifact(artifact));
        }

        @Override
        public boolean keepObject(Digest object) {
            pin(object);
            return Files.exists(layout.object(object));
        }

        @Override
        public synchronized void close() {
            inUse.unpin(pinned);
            pinned.clear();
        }
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

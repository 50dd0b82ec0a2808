package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool in one directory of a POSIX file system; in another store, if it is told one, and then only what arrives is in the directory. One
 * process at a time, or several that all share it: each holds a lock on the directory.
 */
public final class DirectoryPool implements Pool {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryPool.class);

    private final PoolLayout layout;
    private final PoolLock lock;
    private final PoolStore store;
    private final InstantSource clock;
    private final InUse inUse = new InUse();
    private final AtomicLong changes = new AtomicLong();
    private final PoolGarbage garbage;
    private final boolean shared;

    /** Another place for the content than the directory. */
    @FunctionalInterface
    public interface Elsewhere {
        /**
         * Called while the directory is locked, the first time with nothing in it.
         *
         * @param told a file for what the place is known by
         */
        PoolStore open(Path told) throws IOException;
    }

    private DirectoryPool(PoolLayout layout, PoolLock lock, PoolStore store, InstantSource clock, boolean shared) {
        this.shared = shared;
        this.layout = layout;
        this.lock = lock;
        this.store = store;
        this.clock = clock;
        this.garbage = new PoolGarbage(store, inUse, changes);
    }

    /** Opens or makes the pool in {@code directory}. @throws IOException also if another process has it open */
    public static DirectoryPool open(Path directory, InstantSource clock) throws IOException {
        return open(directory, clock, false, null);
    }

    /**
     * @param shared for processes that share the directory: whoever opens it while no other has it open empties the staging area; who comes
     *     in the middle of that waits
     * @param elsewhere where the content is, or null if it is in the directory
     * @throws IOException also if a process has it open for itself, or any has and this one isn't to share it
     */
    public static DirectoryPool open(Path directory, InstantSource clock, boolean shared, @Nullable Elsewhere elsewhere)
            throws IOException {
        PoolLayout layout = new PoolLayout(Files.createDirectories(directory));
        PoolLock lock = PoolLock.take(layout, shared, layout::prepare);
        PoolStore store = null;
        boolean opened = false;
        try {
            store = elsewhere == null ? here(layout, clock) : elsewhere(layout, elsewhere);
            DirectoryPool pool = new DirectoryPool(layout, lock, store, clock, shared);
            pool.garbage.load();
            opened = true;
            return pool;
        } finally {
            if (!opened && store != null) {
                store.close();
            }
            if (!opened) {
                lock.close();
            }
        }
    }

    private static PoolStore here(PoolLayout layout, InstantSource clock) throws IOException {
        if (Files.exists(layout.bucket())) {
            throw new IOException("the content of the pool " + layout.root() + " is elsewhere ("
                    + Files.readString(layout.bucket()).strip().replace('\n', ' ')
                    + "): start with the same --pool as before");
        }
        return new DirectoryStore(layout, clock);
    }

    private static PoolStore elsewhere(PoolLayout layout, Elsewhere elsewhere) throws IOException {
        for (ContentKind kind : ContentKind.values()) {
            if (!isEmpty(layout.directory(kind))) {
                throw new IOException(
                        "the pool " + layout.root() + " has content of its own: copy its objects, layers and artifacts"
                                + " to the bucket and move them away (docs/s3.md), or start without --pool");
            }
        }
        return elsewhere.open(layout.bucket());
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.findAny().isEmpty();
        }
    }

    @Override
    public boolean isShared() {
        return shared;
    }

    @Override
    public Optional<Blob> artifact(Digest digest) {
        return find(ContentKind.ARTIFACT, digest);
    }

    @Override
    public Optional<Blob> object(Digest digest) {
        return find(ContentKind.OBJECT, digest);
    }

    @Override
    public Optional<Blob> layer(LayerId layer) {
        return find(ContentKind.LAYER, layer.digest());
    }

    private Optional<Blob> find(ContentKind kind, Digest digest) {
        if (inUse.isCondemned(digest) && inUse.spare(digest)) {
            renew(digest);
        }
        return look(kind, digest);
    }

    private Optional<Blob> look(ContentKind kind, Digest digest) {
        try {
            return store.find(kind, digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What somebody wanted stays for a while, also after a crash. */
    private void renew(Digest digest) {
        try {
            store.renew(digest, clock.instant());
        } catch (IOException e) {
            LOG.warn("{} was wanted, which is forgotten if this process ends now", digest, e);
        }
    }

    @Override
    public Optional<Manifest> manifest(LayerId layer) throws IOException {
        Optional<Blob> blob = layer(layer);
        if (blob.isEmpty()) {
            return Optional.empty();
        }
        byte[] bytes = blob.get().bytes();
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
            return stored(ContentKind.OBJECT, digest);
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
            Set<Digest> objects = new LinkedHashSet<>();
            for (ManifestEntry entry : manifest.entries()) {
                if (entry.type() == EntryType.FILE && objects.add(entry.object())) {
                    use.pin(entry.object());
                }
            }
            Digest missing = store.missing(objects).orElse(null);
            if (missing != null) {
                return new PutResult.Refused(
                        PutResult.Reason.MISSING_OBJECTS,
                        "the object " + missing + " of " + pathOf(manifest, missing) + " isn't in the pool");
            }
            staging.publishLayer(layer, bytes);
        }
        return stored(ContentKind.LAYER, layer.digest());
    }

    private static String pathOf(Manifest manifest, Digest object) {
        return manifest.entries().stream()
                .filter(entry ->
                        entry.type() == EntryType.FILE && entry.object().equals(object))
                .findFirst()
                .map(ManifestEntry::path)
                .orElse("it");
    }

    private PutResult stored(ContentKind kind, Digest digest) throws IOException {
        return new PutResult.Stored(here(kind, digest));
    }

    private Blob here(ContentKind kind, Digest digest) throws IOException {
        return store.find(kind, digest)
                .orElseThrow(() -> new IOException("what was stored as " + store.place(kind, digest)
                        + " is gone at once: does something else delete there?"));
    }

    @Override
    public Blob putArtifact(Digest artifact, Path spooled) throws IOException {
        try (DirectoryStaging staging = staging()) {
            staging.publishArtifact(artifact, spooled);
        }
        return here(ContentKind.ARTIFACT, artifact);
    }

    @Override
    public Staging stage() throws IOException {
        return staging();
    }

    private DirectoryStaging staging() throws IOException {
        Use use = new Use();
        return new DirectoryStaging(store, newStagingDirectory(), use::pin, use::close);
    }

    private DirectoryStaging staging(Use use) throws IOException {
        return new DirectoryStaging(store, newStagingDirectory(), use::pin, () -> {});
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

    @Override
    public PoolScrub scrub(PoolScrub.Pace pace) {
        return new PoolScrub(store, pace);
    }

    @Override
    public LocalFile local(Blob blob) throws IOException {
        Path file = blob.file();
        if (file != null) {
            return new LocalFile(file, false);
        }
        Path copy = newSpoolFile();
        boolean whole = false;
        try (InputStream content = blob.open()) {
            Files.copy(content, copy, StandardCopyOption.REPLACE_EXISTING);
            whole = true;
            return new LocalFile(copy, true);
        } finally {
            if (!whole) {
                Files.deleteIfExists(copy);
            }
        }
    }

    @Override
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
            return look(ContentKind.LAYER, layer.digest()).isPresent();
        }

        @Override
        public boolean keepArtifact(Digest artifact) {
            pin(artifact);
            return look(ContentKind.ARTIFACT, artifact).isPresent();
        }

        @Override
        public boolean keepObject(Digest object) {
            pin(object);
            return look(ContentKind.OBJECT, object).isPresent();
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
        store.close();
        lock.close();
    }
}

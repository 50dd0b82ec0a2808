package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.RequestId;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/**
 * What a pool has, and how content goes from it: first it is condemned, which changes nothing for who asks for it; later it is taken
 * away in a {@link Removal}, unless somebody wanted it in between. It decides nothing. One collector at a time; all else goes on.
 */
public final class PoolGarbage {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final PoolLayout layout;
    private final InUse inUse;
    private final Condemned condemned;
    private final Durability durability;
    private final AtomicLong changes;
    /** Held by a removal from its begin to its end. */
    private final Semaphore removing = new Semaphore(1);

    PoolGarbage(PoolLayout layout, InUse inUse, Durability durability, AtomicLong changes) {
        this.layout = layout;
        this.inUse = inUse;
        this.condemned = new Condemned(layout);
        this.durability = durability;
        this.changes = changes;
    }

    void load() throws IOException {
        inUse.load(condemned.read());
    }

    /** Every file, by kind and digest. What comes or goes meanwhile may be told or not. */
    public void each(ContentKind kind, Consumer<PoolFile> file) throws IOException {
        for (Path part : children(layout.directory(kind))) {
            for (Path path : children(part)) {
                String name = String.valueOf(path.getFileName());
                if (HEX.matcher(name).matches()) {
                    tell(kind, new Digest(name), path, file);
                }
            }
        }
    }

    private static void tell(ContentKind kind, Digest digest, Path path, Consumer<PoolFile> file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            file.accept(new PoolFile(
                    kind,
                    digest,
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        } catch (NoSuchFileException e) {
            // gone since it was listed
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /**
     * The objects of a layer, none if it isn't here. Asking doesn't spare it.
     *
     * @throws IOException if the layer is damaged, naming it: then nobody knows what it needs
     */
    public void objects(LayerId layer, Consumer<Digest> object) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(layout.layer(layer));
        } catch (NoSuchFileException e) {
            return;
        }
        if (!Digest.of(bytes).equals(layer.digest())) {
            throw new IOException("the stored layer " + layer + " is damaged, and nobody knows which objects it needs:"
                    + " publish its package again, then collect");
        }
        for (ManifestEntry entry : Manifest.parse(bytes).entries()) {
            if (entry.type() == EntryType.FILE) {
                object.accept(entry.object());
            }
        }
    }

    /**
     * These are condemned from now on, or from when they were before, and nothing else is. What is in use isn't.
     *
     * @param going each with {@link PoolFile#modified}
     * @return since when each is; durable
     */
    public Map<Digest, Instant> condemn(Map<Digest, Instant> going, Instant now) throws IOException {
        Map<Digest, Instant> marks = inUse.condemn(going, now);
        changes.incrementAndGet();
        condemned.write(marks);
        return marks;
    }

    /** Since when it is condemned, or null if it isn't. */
    public @Nullable Instant condemnedSince(Digest digest) {
        return inUse.condemnedSince(digest);
    }

    /** Waits for a removal that is on its way; then none takes anything until the answer is closed. Blocks. */
    public Hold hold() throws InterruptedException {
        removing.acquire();
        inUse.holdAll();
        removing.release();
        return inUse::releaseAll;
    }

    /** Nothing goes while it is open. */
    public interface Hold extends AutoCloseable {
        @Override
        void close();
    }

    /** Begins to take content away, which is told in the log by {@code id}. */
    public Removal remove(RequestId id, Instant condemnedBefore) throws IOException, InterruptedException {
        removing.acquire();
        boolean begun = false;
        try {
            Path directory = Files.createDirectories(layout.removed().resolve(id.text()));
            begun = true;
            return new Removal(directory, condemnedBefore);
        } finally {
            if (!begun) {
                removing.release();
            }
        }
    }

    /**
     * What an earlier process took away without coming to the end of it.
     *
     * @param recorded whether the log tells of it: then it goes, else it comes back
     * @return how many were looked at
     */
    public int settle(Predicate<RequestId> recorded) throws IOException {
        List<Path> left = children(layout.removed());
        for (Path directory : left) {
            if (recorded.test(new RequestId(String.valueOf(directory.getFileName())))) {
                delete(directory);
            } else {
                bringBack(directory);
            }
        }
        return left.size();
    }

    private void bringBack(Path directory) throws IOException {
        for (Path file : children(directory)) {
            Path place = layout.place(String.valueOf(file.getFileName()));
            if (Files.exists(place)) {
                Files.delete(file);
            } else {
                Files.move(file, place);
                Durability.force(place.resolveSibling("."));
            }
        }
        delete(directory);
    }

    private void delete(Path directory) throws IOException {
        durability.inParallel(children(directory), Files::deleteIfExists);
        Files.deleteIfExists(directory);
    }

    /**
     * Some content on its way out. Closing it without {@link #finish} brings everything back. One thread, from its begin to its end.
     */
    public final class Removal implements AutoCloseable {
        private final Path directory;
        private final Instant condemnedBefore;
        private final Set<Path> sources = new LinkedHashSet<>();
        private boolean finished;

        private Removal(Path directory, Instant condemnedBefore) {
            this.directory = directory;
            this.condemnedBefore = condemnedBefore;
        }

        /** Nobody finds it any more, if the answer is true: it was condemned long enough, and nobody wanted it. */
        public boolean take(ContentKind kind, Digest digest) throws IOException {
            Path source = layout.file(kind, digest);
            Path target = directory.resolve(PoolLayout.removedName(kind, digest));
            boolean taken = inUse.take(digest, condemnedBefore, () -> moved(source, target));
            if (taken) {
                sources.add(source.resolveSibling("."));
            }
            return taken;
        }

        private static boolean moved(Path source, Path target) throws IOException {
            try {
                Files.move(source, target);
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        /** Durable: a crash from here on finds everything where it is now. Before the log is told. */
        public void settle() throws IOException {
            changes.incrementAndGet();
            List<Path> touched = new ArrayList<>(sources);
            touched.add(directory);
            touched.add(layout.removed());
            durability.forceAll(touched);
        }

        /** After the log was told: the disk gets its place back. */
        public void finish() throws IOException {
            finished = true;
            delete(directory);
        }

        @Override
        public void close() throws IOException {
            try {
                if (!finished) {
                    bringBack(directory);
                }
            } finally {
                removing.release();
            }
        }
    }
}

package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.RequestId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Content in the files of one directory of a POSIX file system. Content that is stored, checked and whole already is not written again. */
final class DirectoryStore implements PoolStore, PoolTrash {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryStore.class);
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final PoolLayout layout;
    private final FanOut fanOut = new FanOut();
    private final Durability durability = new Durability();
    private final CheckedObjects checked;

    DirectoryStore(PoolLayout layout, InstantSource clock) {
        this.layout = layout;
        this.checked = new CheckedObjects(clock);
    }

    @Override
    public Optional<Blob> find(ContentKind kind, Digest digest) {
        Path path = layout.file(kind, digest);
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(Blob.of(
                    path, attributes.size(), attributes.lastModifiedTime().toInstant()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A stored object that isn't intact counts as missing: the good content takes its place. */
    @Override
    public boolean isWhole(Digest object) throws IOException {
        Path existing = layout.object(object);
        if (!Files.exists(existing)) {
            return false;
        }
        boolean intact = checked.contains(object) || CheckedObjects.isIntact(existing, object);
        if (!intact) {
            LOG.warn("the stored object {} was damaged; an import brought it anew", object);
        }
        return intact;
    }

    @Override
    public Optional<Digest> missing(Collection<Digest> objects) {
        return objects.stream()
                .filter(object -> !Files.exists(layout.object(object)))
                .findFirst();
    }

    /** Content first, then names: a name that survives a crash has its content. */
    @Override
    public void put(ContentKind kind, Map<Digest, Path> arrived, Collection<Digest> confirmed) throws IOException {
        durability.forceAll(arrived.values());
        Set<Path> directories = new LinkedHashSet<>();
        for (Map.Entry<Digest, Path> each : arrived.entrySet()) {
            Path target = layout.file(kind, each.getKey());
            directories.add(fanOut.directoryOf(target));
            Files.move(each.getValue(), target, StandardCopyOption.ATOMIC_MOVE);
        }
        // what another import has just made visible may not be durable yet
        List<Digest> unchecked =
                confirmed.stream().filter(digest -> !checked.contains(digest)).toList();
        for (Digest digest : unchecked) {
            directories.add(fanOut.directoryOf(layout.file(kind, digest)));
        }
        durability.forceAll(directories);
        if (kind == ContentKind.OBJECT) {
            arrived.keySet().forEach(checked::add);
            unchecked.forEach(checked::add);
        }
    }

    @Override
    public void renew(Digest digest, Instant now) throws IOException {
        for (ContentKind kind : ContentKind.values()) {
            Path file = layout.file(kind, digest);
            if (Files.exists(file)) {
                Files.setLastModifiedTime(file, FileTime.from(now));
                Durability.force(file);
            }
        }
    }

    @Override
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

    @Override
    public String place(ContentKind kind, Digest digest) {
        return layout.root().relativize(layout.file(kind, digest)).toString();
    }

    @Override
    public Optional<byte[]> condemned() throws IOException {
        try {
            return Optional.of(Files.readAllBytes(layout.condemned()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void keepCondemned(byte[] marks) throws IOException {
        Path partial = layout.condemned().resolveSibling("condemned.partial");
        Files.write(partial, marks);
        Durability.force(partial);
        Files.move(partial, layout.condemned(), StandardCopyOption.ATOMIC_MOVE);
        Durability.force(layout.root());
    }

    @Override
    public PoolTrash trash() {
        return this;
    }

    private Path aside(RequestId removal) {
        return layout.removed().resolve(removal.text());
    }

    @Override
    public List<RequestId> removals() throws IOException {
        return children(layout.removed()).stream()
                .map(directory -> new RequestId(String.valueOf(directory.getFileName())))
                .toList();
    }

    @Override
    public void begin(RequestId removal) throws IOException {
        Files.createDirectories(aside(removal));
    }

    @Override
    public boolean take(RequestId removal, ContentKind kind, Digest digest) throws IOException {
        try {
            Files.move(layout.file(kind, digest), aside(removal).resolve(PoolLayout.removedName(kind, digest)));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void settle(RequestId removal, Collection<Taken> taken) throws IOException {
        Set<Path> touched = new LinkedHashSet<>();
        for (Taken each : taken) {
            touched.add(layout.file(each.kind(), each.digest()).resolveSibling("."));
        }
        touched.add(aside(removal));
        touched.add(layout.removed());
        durability.forceAll(touched);
    }

    @Override
    public void bringBack(RequestId removal) throws IOException {
        for (Path file : children(aside(removal))) {
            Path place = layout.place(String.valueOf(file.getFileName()));
            if (Files.exists(place)) {
                Files.delete(file);
            } else {
                Files.move(file, place);
                Durability.force(place.resolveSibling("."));
            }
        }
        delete(removal);
    }

    @Override
    public void delete(RequestId removal) throws IOException {
        durability.deleteAll(children(aside(removal)));
        Files.deleteIfExists(aside(removal));
    }

    @Override
    public void close() {
        durability.close();
    }
}

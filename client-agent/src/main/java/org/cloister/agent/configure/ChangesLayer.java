package org.cloister.agent.configure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.control.Change;
import org.cloister.agent.store.Incoming;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.jspecify.annotations.Nullable;

/**
 * The layer that a list of changes makes on top of what the root was. Contents are read through the mount and come into the
 * store; times are no later than {@code newest}, so that the same scripts make the same layer whenever they run.
 */
final class ChangesLayer {
    private final Path root;
    private final RootReader reader;
    private final Incoming incoming;
    private final FileTime newest;
    private final Renumbering renumbering;
    private final List<ManifestEntry> entries = new ArrayList<>();
    private final Set<String> present = new HashSet<>();
    private final Map<Long, String> firstNames = new HashMap<>();

    ChangesLayer(Path root, RootReader reader, Incoming incoming, FileTime newest, Renumbering renumbering) {
        this.root = root;
        this.reader = reader;
        this.incoming = incoming;
        this.newest = newest;
        this.renumbering = renumbering;
    }

    /** @param changes parents before children */
    Manifest of(List<Change> changes) throws IOException {
        for (Change change : changes) {
            if (!LeftOut.test(change.path(), change.type().equals("d"))) {
                addParents(change.path());
                add(change);
            }
        }
        return Manifest.of(entries);
    }

    private void add(Change change) throws IOException {
        ManifestEntry entry = entry(change);
        if (entry != null && present.add(entry.path())) {
            entries.add(entry);
        }
    }

    private @Nullable ManifestEntry entry(Change change) throws IOException {
        String path = change.path();
        if (change.kind() == Change.Kind.DELETED) {
            return ManifestEntry.whiteout(path);
        }
        String first = change.nlink() > 1 && !change.type().equals("d") ? firstNames.get(change.ino()) : null;
        if (first != null) {
            return ManifestEntry.hardLink(path, first);
        }
        firstNames.put(change.ino(), path);
        return switch (change.type()) {
            case "d" -> entry(change, change.opaque() ? EntryType.OPAQUE_DIRECTORY : EntryType.DIRECTORY, 0, "");
            case "f" -> file(change);
            case "l" -> entry(change, EntryType.SYMLINK, 0, Objects.requireNonNull(change.target()));
            case "p" -> entry(change, EntryType.FIFO, 0, "");
            case "c" -> entry(change, EntryType.CHARACTER_DEVICE, 0, change.rdev());
            case "b" -> entry(change, EntryType.BLOCK_DEVICE, 0, change.rdev());
            // A socket without its process is nothing.
            default -> null;
        };
    }

    private ManifestEntry file(Change change) throws IOException {
        Path file = root.resolve(change.path());
        String object = reader.read(file, incoming::add).hex();
        return entry(change, EntryType.FILE, change.size(), object);
    }

    private ManifestEntry entry(Change change, EntryType type, long size, String argument) {
        FileTime mtime = FileTime.parse(change.mtime());
        return new ManifestEntry(
                type,
                change.path(),
                type == EntryType.SYMLINK ? 0777 : change.mode() & 07777,
                renumbering.user(change.uid()),
                renumbering.group(change.gid()),
                clamp(mtime),
                size,
                argument,
                change.xattrs());
    }

    private FileTime clamp(FileTime time) {
        boolean later = time.seconds() > newest.seconds()
                || (time.seconds() == newest.seconds() && time.nanos() > newest.nanos());
        return later ? newest : time;
    }

    /** A directory that didn't change itself is still an entry of the layer in which something below it did. */
    private void addParents(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        if (slash < 0 || present.contains(path.substring(0, slash))) {
            return;
        }
        String parent = path.substring(0, slash);
        addParents(parent);
        Map<String, Object> attributes = Files.readAttributes(
                root.resolve(parent), "unix:mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
        var time = (java.nio.file.attribute.FileTime) Objects.requireNonNull(attributes.get("lastModifiedTime"));
        long nanos = time.to(TimeUnit.NANOSECONDS);
        present.add(parent);
        entries.add(ManifestEntry.directory(
                parent,
                (Integer) Objects.requireNonNull(attributes.get("mode")) & 07777,
                renumbering.user((Integer) Objects.requireNonNull(attributes.get("uid"))),
                renumbering.group((Integer) Objects.requireNonNull(attributes.get("gid"))),
                clamp(new FileTime(Math.floorDiv(nanos, 1_000_000_000L), (int) Math.floorMod(nanos, 1_000_000_000L)))));
    }
}

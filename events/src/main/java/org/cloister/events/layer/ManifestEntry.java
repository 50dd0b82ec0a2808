package org.cloister.events.layer;

import java.util.Map;
import org.cloister.events.Digest;

/**
 * One path of a layer.
 *
 * @param path relative, components separated by {@code /}, none of them empty, {@code .} or {@code ..}
 * @param mode permission bits with suid, sgid and sticky, 0 to 07777
 * @param size bytes of a file, 0 for everything else
 * @param argument a file's object in hex, a symbolic link's target, a hard link's first path, a device's
 *     {@code major:minor}, otherwise empty
 * @param xattrs extended attributes, base64, sorted by name in the canonical text
 */
public record ManifestEntry(
        EntryType type,
        String path,
        int mode,
        int uid,
        int gid,
        FileTime mtime,
        long size,
        String argument,
        Map<String, String> xattrs) {

    /** Linux's PATH_MAX. */
    public static final int MAX_PATH_BYTES = 4096;

    private static final int ALL_MODE_BITS = 07777;

    public ManifestEntry {
        checkPath(path);
        if ((mode & ~ALL_MODE_BITS) != 0 || uid < 0 || gid < 0 || size < 0) {
            throw new IllegalArgumentException("mode, owner or size out of range: " + path);
        }
        switch (type) {
            case FILE -> new Digest(argument);
            case SYMLINK -> require(!argument.isEmpty() && argument.indexOf('\0') < 0, path, "a link has a target");
            case HARD_LINK -> checkPath(argument);
            case CHARACTER_DEVICE, BLOCK_DEVICE ->
                require(argument.matches("[0-9]{1,8}:[0-9]{1,8}"), path, "a device has major:minor");
            case DIRECTORY, FIFO, WHITEOUT, OPAQUE_DIRECTORY ->
                require(argument.isEmpty(), path, "this type has no argument");
        }
        require(size == 0 || type == EntryType.FILE, path, "only files have a size");
        xattrs = Map.copyOf(xattrs);
    }

    public static ManifestEntry directory(String path, int mode, int uid, int gid, FileTime mtime) {
        return new ManifestEntry(EntryType.DIRECTORY, path, mode, uid, gid, mtime, 0, "", Map.of());
    }

    public static ManifestEntry file(
            String path, int mode, int uid, int gid, FileTime mtime, long size, Digest object) {
        return new ManifestEntry(EntryType.FILE, path, mode, uid, gid, mtime, size, object.hex(), Map.of());
    }

    public static ManifestEntry symlink(String path, int uid, int gid, FileTime mtime, String target) {
        return new ManifestEntry(EntryType.SYMLINK, path, 0777, uid, gid, mtime, 0, target, Map.of());
    }

    public static ManifestEntry hardLink(String path, String first) {
        return new ManifestEntry(EntryType.HARD_LINK, path, 0, 0, 0, FileTime.EPOCH, 0, first, Map.of());
    }

    public static ManifestEntry whiteout(String path) {
        return new ManifestEntry(EntryType.WHITEOUT, path, 0, 0, 0, FileTime.EPOCH, 0, "", Map.of());
    }

    /** A file's object. */
    public Digest object() {
        if (type != EntryType.FILE) {
            throw new IllegalStateException(path + " is no file");
        }
        return new Digest(argument);
    }

    /** The path above, empty for a top-level entry. */
    public String parent() {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /** The last component. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static void checkPath(String path) {
        require(!path.isEmpty() && path.length() <= MAX_PATH_BYTES && path.indexOf('\0') < 0, path, "not a path");
        int start = 0;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            int length = end - start;
            boolean dots = (length == 1 && path.charAt(start) == '.') || (length == 2 && path.startsWith("..", start));
            require(length > 0 && !dots, path, "a path is relative and has no empty component, . or ..");
            start = end + 1;
        }
    }

    private static void require(boolean condition, String path, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(rule + ": " + path);
        }
    }
}

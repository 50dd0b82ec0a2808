package org.cloister.fuse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process stands on: its state, its programs, its temporary files. A class, a native library or a table that is read
 * through the own mount would wait for an answer of the thread that waits.
 */
final class Footing {
    private final Map<String, Path> places = new LinkedHashMap<>();

    private Footing() {}

    /** Of a process with these {@link System#getProperties}, as they are named in a message. */
    static Footing of(Path state, Map<String, String> properties) {
        Footing footing = new Footing();
        footing.add("the state directory (--state)", state.toString());
        footing.add("Java itself (JAVA_HOME)", properties.get("java.home"));
        footing.add("the directory of temporary files (TMPDIR)", properties.get("java.io.tmpdir"));
        footing.add("the directory of temporary files (TMPDIR)", properties.get("org.sqlite.tmpdir"));
        for (String entry : properties.getOrDefault("java.class.path", "").split(File.pathSeparator)) {
            footing.add("Cloister's own program " + entry, entry);
        }
        return footing;
    }

    private void add(String what, @Nullable String path) {
        if (path != null && !path.isEmpty()) {
            places.put(what, Path.of(path).toAbsolutePath());
        }
    }

    /** Throws, with a sentence for the user, when any of it lies at or below {@code mount}. Asks nothing of a mount that is dead. */
    void mustNotLieBelow(Path mount) {
        Path name = mount.toAbsolutePath().normalize();
        Path parent = name.getParent();
        Path point = parent == null ? name : real(parent).resolve(name.getFileName());
        places.forEach((what, path) -> {
            if (path.normalize().startsWith(name) || real(path).startsWith(point)) {
                throw new IllegalArgumentException(what + " lies below the mount point " + mount
                        + ", where this process would wait for itself: choose another place for one of them");
            }
        });
    }

    /** As far as it exists, without symbolic links. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            Path parent = path.getParent();
            Path name = path.getFileName();
            return parent == null || name == null ? path : real(parent).resolve(name);
        }
    }
}

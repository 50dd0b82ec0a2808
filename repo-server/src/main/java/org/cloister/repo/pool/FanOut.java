package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The 256 directories of each kind, made when first needed. Thread-safe. */
final class FanOut {
    private final Set<Path> known = ConcurrentHashMap.newKeySet();

    /** The directory of {@code file}, which is there and survives a crash. */
    Path directoryOf(Path file) throws IOException {
        Path directory = parent(file);
        if (!known.contains(directory)) {
            Files.createDirectories(directory);
            Durability.force(parent(directory));
            known.add(directory);
        }
        return directory;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no file of the pool: " + path);
        }
        return parent;
    }
}

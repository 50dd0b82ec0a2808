package org.cloister.repo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories of tests. */
public final class TestTrees {
    private TestTrees() {}

    /** Deletes everything below and with {@code directory}. */
    public static void delete(Path directory) {
        try (Stream<Path> walk = Files.walk(directory)) {
            List<Path> deepestFirst = walk.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteWithServices(Path directory) {
        RepoServices.stop();
        if (Files.exists(directory)) {
            delete(directory);
        }
    }
}

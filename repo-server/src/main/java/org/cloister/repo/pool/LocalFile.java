package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file of this machine with stored content, to be read.
 *
 * @param copied whether it was made for this, and goes when it is closed
 */
public record LocalFile(Path path, boolean copied) implements AutoCloseable {
    @Override
    public void close() throws IOException {
        if (copied) {
            Files.deleteIfExists(path);
        }
    }
}

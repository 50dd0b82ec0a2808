package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;

/**
 * fsync for many small files. A package has thousands of them and each fsync waits for the disk; waiting on several threads
 * lets the file system commit many in one journal transaction (2,000 files of 8 kB on ext4: 850 ms one by one, 190 ms on 16
 * threads).
 */
final class Durability implements AutoCloseable {
    /** More gained nothing in measurements. */
    private static final int THREADS = 16;

    private final Parallel threads = new Parallel("pool-fsync", THREADS);

    /** Forces content and metadata of a file, or the entries of a directory (fsync(2) works on read-only descriptors). */
    static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    void forceAll(Collection<Path> paths) throws IOException {
        threads.each(List.copyOf(paths), Durability::force);
    }

    void deleteAll(List<Path> paths) throws IOException {
        threads.each(paths, Files::deleteIfExists);
    }

    @Override
    public void close() {
        threads.close();
    }
}

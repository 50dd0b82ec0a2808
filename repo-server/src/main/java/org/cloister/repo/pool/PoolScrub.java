package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.cloister.events.Digest;

/** Hashes every file of a pool's directory again, slowly. What is added or removed meanwhile may be read or not. */
public final class PoolScrub {
    private static final int BUFFER = 256 * 1024;
    private static final List<String> KINDS = List.of("artifacts", "layers", "objects");

    private final Path pool;
    private final Pace pace;

    /** Waits so long that the disk stays free for others. */
    @FunctionalInterface
    public interface Pace {
        /** @param bytes that were read since the last call */
        void read(long bytes) throws InterruptedException;
    }

    /** Hears of each file. */
    public interface Listener {
        void whole(long bytes);

        /** @param path in the pool's directory */
        void damaged(String path, long bytes, String reason);
    }

    /** @param pool its directory */
    public PoolScrub(Path pool, Pace pace) {
        this.pool = pool;
        this.pace = pace;
    }

    /** @throws IOException if a directory can't be read; a file that can't be is damaged */
    public void run(Listener listener) throws IOException, InterruptedException {
        for (String kind : KINDS) {
            for (Path part : children(pool.resolve(kind))) {
                for (Path file : children(part)) {
                    check(file, listener);
                }
            }
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    private void check(Path file, Listener listener) throws InterruptedException {
        String place = pool.relativize(file).toString();
        MessageDigest hash = Digest.sha256();
        long size = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                hash.update(buffer, 0, count);
                size += count;
                pace.read(count);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            listener.damaged(place, size, "it can't be read: " + e.getMessage());
            return;
        }
        String found = Digest.ofHash(hash.digest()).hex();
        if (found.equals(String.valueOf(file.getFileName()))) {
            listener.whole(size);
        } else {
            listener.damaged(place, size, "its content has the digest sha256:" + found);
        }
    }
}

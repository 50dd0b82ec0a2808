package org.cloister.repo.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an earlier PostgreSQL left in a data directory. After a kill its {@code postmaster.pid} can be stale, or name a zombie or a
 * stranger, which makes PostgreSQL refuse to start; while orphaned backends live it must not start either.
 */
final class FormerPostgres {
    private static final long PATIENCE_MILLIS = 30_000;
    private static final long POLL_MILLIS = 50;

    private final Path directory;

    FormerPostgres(Path directory) {
        this.directory = directory;
    }

    /** Returns when no process works in the directory and no lock file is left; ends processes that stay. */
    void clear() throws IOException {
        long start = System.nanoTime();
        boolean killed = false;
        for (List<ProcessHandle> left = processes(); !left.isEmpty(); left = processes()) {
            long waited = (System.nanoTime() - start) / 1_000_000;
            if (waited > 2 * PATIENCE_MILLIS) {
                throw new IOException("processes " + left + " still use " + directory + "; end them and start again");
            }
            if (waited > PATIENCE_MILLIS && !killed) {
                left.forEach(ProcessHandle::destroyForcibly);
                killed = true;
            } else if (waited < POLL_MILLIS) {
                // SIGTERM to the postmaster is a smart shutdown, to an orphaned backend it is the end.
                left.forEach(ProcessHandle::destroy);
            }
            pause();
        }
        Files.deleteIfExists(directory.resolve("postmaster.pid"));
    }

    /** All processes of PostgreSQL have its data directory as their working directory. */
    private List<ProcessHandle> processes() throws IOException {
        Path real = directory.toRealPath();
        try (Stream<Path> proc = Files.list(Path.of("/proc"))) {
            return proc.filter(entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(entry -> worksIn(entry, real))
                    .map(entry ->
                            ProcessHandle.of(Long.parseLong(entry.getFileName().toString())))
                    .flatMap(Optional::stream)
                    .toList();
        }
    }

    /** A zombie has no working directory any more. */
    private static boolean worksIn(Path process, Path directory) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(directory)
                    && Files.readString(process.resolve("comm")).startsWith("postgres");
        } catch (IOException e) {
            return false;
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

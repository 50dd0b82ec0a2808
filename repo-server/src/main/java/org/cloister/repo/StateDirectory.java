package org.cloister.repo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The repository's state on disk, held by one process at a time, or by several that all share it; the kernel lets go of it however a
 * process ends.
 *
 * <pre>
 * postgres/     the embedded PostgreSQL
 * kafka/        the embedded Kafka
 * pool/         artifacts, objects, layers
 * mirrors/      indexes of upstream archives, and what is arriving
 * apt/          the key that signs distributions, and what stock apt reads of them
 * log/          the key that signs checkpoints, and the last checkpoint
 * people/       the key over the keys of people's names, mode 0600
 * admin.token   the first administrator's token, mode 0600
 * repo.log      what this program has to say; repo-MACHINE-PORT.log where several share the directory
 * repo.lock     the process that holds the directory, or the last one that began to share it
 * </pre>
 */
final class StateDirectory implements AutoCloseable {
    private final Path root;
    private final FileChannel lock;

    private StateDirectory(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    /** For this process alone. @throws IOException if another process holds it, with that one's id */
    static StateDirectory open(Path root) throws IOException {
        return open(root, false);
    }

    /** For this process and others. @throws IOException if another process holds it for itself */
    static StateDirectory openShared(Path root) throws IOException {
        return open(root, true);
    }

    private static StateDirectory open(Path root, boolean shared) throws IOException {
        Files.createDirectories(root);
        Path file = root.resolve("repo.lock");
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!isTaken(channel, shared)) {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new StateDirectory(root, channel);
        }
        String holder = Files.readString(file).strip();
        channel.close();
        throw new IOException("a repository runs on " + root + " already (process " + holder
                + "): stop that one, or choose another directory with --state");
    }

    private static boolean isTaken(FileChannel channel, boolean shared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, shared) == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    Path postgres() {
        return root.resolve("postgres");
    }

    Path kafka() {
        return root.resolve("kafka");
    }

    Path pool() {
        return root.resolve("pool");
    }

    Path mirrors() {
        return root.resolve("mirrors");
    }

    Path apt() {
        return root.resolve("apt");
    }

    Path log() {
        return root.resolve("log");
    }

    Path people() {
        return root.resolve("people");
    }

    Path adminToken() {
        return root.resolve("admin.token");
    }

    static Path logFile(RepoServerConfig config) {
        return config.state().resolve(config.isShared() ? "repo-" + config.process() + ".log" : "repo.log");
    }

    /** Writes a file that only its owner may read, whole or not at all. */
    static void writeSecret(Path file, String text) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}

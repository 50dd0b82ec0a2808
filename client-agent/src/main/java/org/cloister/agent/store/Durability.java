package org.cloister.agent.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.concurrent.TimeUnit;

/** How content is made to survive a power cut: before a name becomes visible, what it names is on the disk. */
public final class Durability {
    /** From here on one sync of the whole file system is cheaper than one of each file. */
    private static final int MANY = 16;

    private static final int SYNC_LIMIT_SECONDS = 600;

    private Durability() {}

    /** All of {@code files}, whose file system is that of {@code directory}. */
    static void syncFiles(Path directory, Collection<Path> files) throws IOException, InterruptedException {
        if (files.size() >= MANY && syncFileSystem(directory)) {
            return;
        }
        for (Path file : files) {
            syncFile(file);
        }
    }

    static void syncFile(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Directories too can be forced on Linux, through a channel that reads them. */
    static void syncDirectory(Path directory) throws IOException {
        syncFile(directory);
    }

    /** Writes {@code bytes} to {@code file} so that it has its old content or all of the new one after a crash. */
    public static void writeAtomically(Path file, byte[] bytes) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
        Files.write(temporary, bytes);
        syncFile(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(parent(file));
    }

    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException("no parent: " + path);
        }
        return parent;
    }

    /** syncfs(2) through coreutils, since Java can't call it: 10,000 files cost one journal commit instead of 10,000. */
    private static boolean syncFileSystem(Path directory) throws InterruptedException {
        try {
            Process sync = new ProcessBuilder("sync", "-f", directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (sync.waitFor(SYNC_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return sync.exitValue() == 0;
            }
            sync.destroyForcibly();
            return false;
        } catch (IOException e) {
            return false;
        }
    }
}

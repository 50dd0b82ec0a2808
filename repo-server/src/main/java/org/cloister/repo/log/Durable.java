package org.cloister.repo.log;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Small files that are there whole or not at all, whatever happens to the machine. */
public final class Durable {
    private Durable() {}

    /** Writes the file, in place of one that is there, readable by its owner only; durable on return. */
    public static void write(Path directory, String name, String content) throws IOException {
        Path partial = directory.resolve(name + "." + ProcessHandle.current().pid() + ".partial");
        Files.deleteIfExists(partial);
        Files.createFile(partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(partial, content);
        force(partial);
        Files.move(partial, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        force(directory);
    }

    private static void force(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}

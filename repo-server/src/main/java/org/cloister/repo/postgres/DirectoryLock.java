package org.cloister.repo.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Holds a directory for this process; the kernel lets go of it however the process ends. */
final class DirectoryLock implements AutoCloseable {
    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException if somebody else holds it */
    static DirectoryLock take(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new DirectoryLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IOException(directory + " is in use by this process already", e);
        }
        channel.close();
        throw new IOException(directory + " is in use by another process; stop that one first");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

package org.cloister.repo.pool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Who has a pool's directory: one process, or all those that share it. Held until it is closed, or the process ends. */
final class PoolLock implements AutoCloseable {
    /** Another process empties the staging area in seconds, unless a hundred imports were cut. */
    private static final int SHARE_ATTEMPTS = 300;

    private static final long SHARE_PAUSE_MILLIS = 100;

    private final FileChannel channel;

    private PoolLock(FileChannel channel) {
        this.channel = channel;
    }

    /** What whoever has the directory alone does first. */
    @FunctionalInterface
    interface Preparation {
        void prepare() throws IOException;
    }

    /**
     * @param preparation carried out if no other process has the directory; who comes in the middle of it waits
     * @throws IOException also if a process has it for itself, or any has and this one isn't to share it
     */
    static PoolLock take(PoolLayout layout, boolean shared, Preparation preparation) throws IOException {
        Path directory = layout.root();
        FileChannel channel = FileChannel.open(
                layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            FileLock first = tryLock(channel);
            if (first != null) {
                preparation.prepare();
            }
            if (shared && first != null) {
                first.release();
            }
            if (shared ? !share(channel) : first == null) {
                throw new IOException(
                        shared
                                ? "a process has the pool " + directory + " for itself; stop it first"
                                : "the pool " + directory + " is in use by another process; stop it first");
            }
            taken = true;
            return new PoolLock(channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static boolean share(FileChannel channel) throws IOException {
        try {
            for (int i = 0; i < SHARE_ATTEMPTS; i++) {
                if (channel.tryLock(0, Long.MAX_VALUE, true) != null) {
                    return true;
                }
                Thread.sleep(SHARE_PAUSE_MILLIS);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while another process prepares the pool", e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

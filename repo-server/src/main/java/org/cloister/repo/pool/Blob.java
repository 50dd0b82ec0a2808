package org.cloister.repo.pool;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something stored, which never changes. Once found it stays at least until the grace of the next collection has passed. Its bytes are read
 * when they are asked for, as often as they are.
 *
 * @param size bytes
 * @param modified when it was written, or last wanted
 */
public record Blob(Content content, long size, Instant modified) {
    /** As much as a reader of the whole holds in memory. */
    private static final int WINDOW = 4 << 20;

    /** Where its bytes are. Equal for the same place. Any thread. */
    public interface Content {
        /**
         * Exactly {@code length} bytes from {@code offset} on, which are within it. Holds nothing open between two calls.
         *
         * @throws IOException if they can't be had, with the reason
         */
        byte[] read(long offset, int length) throws IOException;

        /** The file of this machine that has them, for a kernel that sends it; null if there is none. */
        @Nullable
        Path file();
    }

    private record InFile(Path file) implements Content {
        @Override
        public byte[] read(long offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes, offset + bytes.position()) < 0) {
                        throw new EOFException(file + " is shorter than it was");
                    }
                }
            }
            return bytes.array();
        }
    }

    static Blob of(Path file, long size, Instant modified) {
        return new Blob(new InFile(file), size, modified);
    }

    /** Null unless it is a file of this machine. */
    public @Nullable Path file() {
        return content.file();
    }

    /** @throws IllegalStateException unless it is a file of this machine */
    public Path path() {
        Path file = content.file();
        if (file == null) {
            throw new IllegalStateException("no file of this machine: " + content);
        }
        return file;
    }

    /** From its beginning to its end. Not thread-safe. */
    public InputStream open() throws IOException {
        Path file = content.file();
        return file == null ? new Windows() : Files.newInputStream(file);
    }

    /** All of it, for what is known to fit into memory. */
    public byte[] bytes() throws IOException {
        return content.read(0, Math.toIntExact(size));
    }

    private final class Windows extends InputStream {
        private ByteArrayInputStream window = new ByteArrayInputStream(new byte[0]);
        private long next;

        private boolean isAtEnd() throws IOException {
            if (window.available() == 0 && next < size) {
                window = new ByteArrayInputStream(content.read(next, (int) Math.min(WINDOW, size - next)));
                next += window.available();
            }
            return window.available() == 0;
        }

        @Override
        public int read() throws IOException {
            return isAtEnd() ? -1 : window.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return length > 0 && isAtEnd() ? -1 : window.read(into, offset, length);
        }
    }
}

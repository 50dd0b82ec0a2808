package org.cloister.agent.command.repository;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file as the body of a request: streamed, with its length, and somebody who hears how much is gone. */
public record FileBody(Path file, long size) {
    /** Hears of bytes, on a thread of the HTTP client. */
    @FunctionalInterface
    public interface Listener {
        void sent(long bytes, long size);
    }

    public static FileBody of(Path file) throws IOException {
        return new FileBody(file, Files.size(file));
    }

    public BodyPublisher publisher(Listener listener) {
        BodyPublisher stream = BodyPublishers.ofInputStream(() -> open(listener));
        return BodyPublishers.fromPublisher(stream, size);
    }

    private InputStream open(Listener listener) {
        try {
            return new Counted(Files.newInputStream(file), listener, size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Counted extends FilterInputStream {
        private final Listener listener;
        private final long size;
        private long count;

        Counted(InputStream in, Listener listener, long size) {
            super(in);
            this.listener = listener;
            this.size = size;
        }

        @Override
        public int read(byte[] bytes, int from, int length) throws IOException {
            int read = super.read(bytes, from, length);
            if (read > 0) {
                count += read;
                listener.sent(count, size);
            }
            return read;
        }
    }
}

package org.cloister.repo.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.cloister.events.Digest;
import org.cloister.repo.upstream.Exchange.Wish;
import org.cloister.repo.upstream.UpstreamException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * Transfers over HTTP, with retries that go on where the last attempt stopped. What a caller gets has the size and digest that
 * it asked for. Blocks; thread-safe.
 */
public final class Fetcher {
    private static final int BUFFER = 64 * 1024;

    private final UpstreamSettings settings;

    public Fetcher(UpstreamSettings settings) {
        this.settings = settings;
    }

    /**
     * A small file whose content nothing announces.
     *
     * @param validator null if the server gives none
     */
    record Text(byte[] content, @Nullable Validator validator) {}

    /** @param present of what is there, or null; empty if that is the present content */
    Optional<Text> text(URI address, int maxBytes, @Nullable Validator present) throws IOException {
        return attempts(address, () -> {
            try (Exchange exchange = Exchange.get(address, new Wish(0, present), settings)) {
                if (present != null && exchange.status() == HttpURLConnection.HTTP_NOT_MODIFIED) {
                    return Optional.empty();
                }
                checkStatus(exchange, address);
                return Optional.of(new Text(readAll(exchange.body(), address, maxBytes), exchange.validator()));
            }
        });
    }

    private static byte[] readAll(InputStream body, URI address, int maxBytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            out.write(buffer, 0, n);
            if (out.size() > maxBytes) {
                throw new UpstreamException(Problem.TOO_LARGE, address + " is beyond " + maxBytes + " bytes");
            }
        }
        return out.toByteArray();
    }

    /**
     * Brings {@code file} to the announced content. What is there already is kept and continued, even of an earlier run. After
     * a {@code WRONG_CONTENT} the file is gone, after other failures what arrived stays.
     */
    public void file(URI address, Path file, Digest digest, long size, Arrivals arrivals) throws IOException {
        AtomicReference<@Nullable Validator> validator = new AtomicReference<>();
        attempts(address, () -> {
            long before = Files.exists(file) ? Files.size(file) : 0;
            if (before < size) {
                append(address, file, before, size, validator, arrivals);
            }
            verify(address, file, digest, size, arrivals);
            return file;
        });
    }

    /** @param validator of what an earlier attempt fetched; what is older is told from its digest alone */
    private void append(
            URI address,
            Path file,
            long before,
            long size,
            AtomicReference<@Nullable Validator> validator,
            Arrivals arrivals)
            throws IOException {
        try (Exchange exchange =
                Exchange.get(address, new Wish(before, before > 0 ? validator.get() : null), settings)) {
            checkStatus(exchange, address);
            validator.set(exchange.validator());
            boolean continues = before > 0 && exchange.continuesAt(before);
            checkLength(exchange.length(), size - (continues ? before : 0), address);
            if (!continues && before > 0) {
                arrivals.arrived(-before);
            }
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                out.truncate(continues ? before : 0);
                out.position(continues ? before : 0);
                copy(exchange.body(), out, size, address, arrivals);
            }
        }
        if (Files.size(file) < size) {
            throw new IOException("the connection was cut after " + Files.size(file) + " of " + size + " bytes");
        }
    }

    /** Told before the transfer, and apart from a cut connection: the archive has another file there. */
    private static void checkLength(long length, long wanted, URI address) throws UpstreamException {
        if (length >= 0 && length != wanted) {
            throw new UpstreamException(
                    Problem.WRONG_CONTENT,
                    address + " has " + length + " bytes, but the signed index says " + wanted
                            + "; the archive is being updated, or its parts don't fit together");
        }
    }

    private static void copy(InputStream body, FileChannel out, long size, URI address, Arrivals arrivals)
            throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
            if (out.position() + n > size) {
                throw new UpstreamException(Problem.WRONG_CONTENT, address + " is longer than " + size + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            arrivals.arrived(n);
        }
    }

    private static void verify(URI address, Path file, Digest digest, long size, Arrivals arrivals) throws IOException {
        Digest found = digestOf(file);
        if (!found.equals(digest)) {
            arrivals.arrived(-Files.size(file));
            Files.delete(file);
            throw new UpstreamException(
                    Problem.WRONG_CONTENT,
                    address + " is " + found + ", but the signed index says " + digest + " (" + size + " bytes)");
        }
    }

    static Digest digestOf(Path file) throws IOException {
        MessageDigest hash = Digest.sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        }
        return Digest.ofHash(hash.digest());
    }

    private static void checkStatus(Exchange exchange, URI address) throws IOException {
        int status = exchange.status();
        if (status == 404 || status == 410) {
            throw new UpstreamException(Problem.NOT_FOUND, address + " doesn't exist (" + status + ")");
        }
        if (status == 401 || status == 403) {
            throw new UpstreamException(Problem.UNREACHABLE, address + " is refused (" + status + ")");
        }
        if (status != 200 && status != 206) {
            throw new IOException("the server answers " + status);
        }
    }

    private interface Attempt<T> {
        T run() throws IOException;
    }

    /** What the server says for certain isn't asked again; wrong content once more, since a resumed file may be mixed. */
    private <T> T attempts(URI address, Attempt<T> attempt) throws IOException {
        IOException last = null;
        long pause = settings.firstPause().toMillis();
        for (int i = 0; i < settings.attempts(); i++) {
            if (last != null) {
                pause(pause);
                pause *= 2;
            }
            try {
                return attempt.run();
            } catch (UpstreamException e) {
                if (e.problem() != Problem.WRONG_CONTENT || i > 0) {
                    throw e;
                }
                last = e;
            } catch (IOException e) {
                last = e;
            }
        }
        String reason = last == null ? "no attempt" : String.valueOf(last.getMessage());
        throw new UpstreamException(
                Problem.UNREACHABLE,
                address + " can't be fetched in " + settings.attempts() + " attempts: " + reason,
                last == null ? new IOException(reason) : last);
    }

    private static void pause(long millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}

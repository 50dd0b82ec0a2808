package org.cloister.repo.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One GET. The JDK's older HTTP client, because it alone limits the wait for each read: a mirror that stalls within a body is
 * noticed without a watchdog. Redirects are followed here, never from https to http.
 */
final class Exchange implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;

    private final HttpURLConnection connection;

    private Exchange(HttpURLConnection connection) {
        this.connection = connection;
    }

    /**
     * What is asked for.
     *
     * @param from the first byte wanted; the server may ignore it
     * @param present of what is there, or null: with {@code from}, a changed file comes whole, else an unchanged one doesn't come
     */
    record Wish(long from, @Nullable Validator present) {}

    static Exchange get(URI address, Wish wish, UpstreamSettings settings) throws IOException {
        URI at = address;
        for (int i = 0; i <= MAX_REDIRECTS; i++) {
            Exchange exchange = new Exchange(connect(at, wish, settings));
            String location = exchange.redirect();
            if (location == null) {
                return exchange;
            }
            exchange.close();
            URI next = at.resolve(location);
            if ("https".equals(at.getScheme()) && !"https".equals(next.getScheme())) {
                throw new IOException("redirected from https to " + next);
            }
            at = next;
        }
        throw new IOException("more than " + MAX_REDIRECTS + " redirects");
    }

    private static HttpURLConnection connect(URI address, Wish wish, UpstreamSettings settings) throws IOException {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IOException("not an http address: " + address);
        }
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection(settings.connectionProxy());
        connection.setInstanceFollowRedirects(false);
        connection.setUseCaches(false);
        connection.setConnectTimeout((int) settings.silence().toMillis());
        connection.setReadTimeout((int) settings.silence().toMillis());
        connection.setRequestProperty("Accept-Encoding", "identity");
        connection.setRequestProperty("User-Agent", "Cloister");
        if (wish.from() > 0) {
            connection.setRequestProperty("Range", "bytes=" + wish.from() + "-");
        }
        Validator present = wish.present();
        if (present != null && wish.from() == 0) {
            connection.setRequestProperty(present.unlessSame(), present.value());
        } else if (present != null && present.isStrong()) {
            connection.setRequestProperty("If-Range", present.value());
        }
        return connection;
    }

    private @Nullable String redirect() throws IOException {
        return switch (connection.getResponseCode()) {
            case 301, 302, 303, 307, 308 -> connection.getHeaderField("Location");
            default -> null;
        };
    }

    int status() throws IOException {
        return connection.getResponseCode();
    }

    /** Whether the body begins at {@code from}, not at the beginning. */
    boolean continuesAt(long from) throws IOException {
        String range = connection.getHeaderField("Content-Range");
        return status() == HttpURLConnection.HTTP_PARTIAL && range != null && range.startsWith("bytes " + from + "-");
    }

    /** Null if the server gives none. */
    @Nullable
    Validator validator() {
        for (String header : List.of(Validator.ETAG, Validator.LAST_MODIFIED)) {
            String value = connection.getHeaderField(header);
            if (value != null) {
                return new Validator(header, value);
            }
        }
        return null;
    }

    /** Bytes of the body; negative if the server doesn't say. */
    long length() {
        return connection.getContentLengthLong();
    }

    InputStream body() throws IOException {
        return connection.getInputStream();
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}

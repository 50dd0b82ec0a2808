package org.cloister.agent.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one repository with one token, at the address that answered last. A request that can't have reached anybody, or that does
 * no harm twice, is sent to the next address at once. Connections are kept and shared. Thread-safe.
 */
public final class Connection {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final int SUCCESS = 200;
    private static final int REDIRECTION = 300;
    /** A problem document is short; anything longer is no answer for people. */
    private static final int MAX_PROBLEM_BYTES = 64 * 1024;

    private final HttpClient http;
    private final URI repository;
    private final Addresses addresses;
    private final @Nullable String token;
    private volatile boolean reachable = true;

    /**
     * @param repository its address, or several ({@link Addresses#parse})
     * @param tls whom it trusts, and what is shown of this machine
     */
    public Connection(URI repository, @Nullable String token, SSLContext tls) {
        this(repository, token, http().sslContext(tls).build());
    }

    public Connection(URI repository, @Nullable String token) {
        this(repository, token, http().build());
    }

    private static HttpClient.Builder http() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
    }

    private Connection(URI repository, @Nullable String token, HttpClient http) {
        this.http = http;
        this.repository = repository;
        this.addresses = Addresses.of(repository);
        this.token = token;
    }

    public URI repository() {
        return repository;
    }

    /** Whether the last request was answered at all. */
    public boolean isReachable() {
        return reachable;
    }

    /** Says what this machine's clock shows, by which the repository tells whose clock is wrong. */
    HttpRequest.Builder request(String path, Duration limit) {
        String base = addresses.current().toString();
        URI uri = URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri).timeout(limit).header("Date", HttpDate.format(Instant.now()));
        return token == null ? builder : builder.header("Authorization", "Bearer " + token);
    }

    String getText(String path, Duration limit) throws IOException, InterruptedException {
        return text(request(path, limit).GET().build());
    }

    /** At most {@code limit} bytes, or an {@link IOException}. */
    String getText(String path, Duration time, int limit) throws IOException, InterruptedException {
        try (InputStream in = stream(request(path, time).GET().build()).body()) {
            byte[] text = in.readNBytes(limit + 1);
            if (text.length > limit) {
                throw new IOException(path + " has more than " + limit + " bytes");
            }
            return new String(text, StandardCharsets.UTF_8);
        }
    }

    String sendJson(String method, String path, String json, @Nullable String idempotencyKey, Duration limit)
            throws IOException, InterruptedException {
        HttpRequest.Builder builder = request(path, limit)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(json));
        if (idempotencyKey != null) {
            builder.header("Idempotency-Key", idempotencyKey);
        }
        return text(builder.build());
    }

    void put(String path, BodyPublisher body, Duration limit) throws IOException, InterruptedException {
        text(request(path, limit)
                .header("Content-Type", "application/octet-stream")
                .PUT(body)
                .build());
    }

    String text(HttpRequest request) throws IOException, InterruptedException {
        try (InputStream in = stream(request).body()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * The answer's body as it arrives; the caller closes it.
     *
     * @throws RepositoryProblem if the answer isn't a success
     * @throws IOException if there is no answer
     */
    HttpResponse<InputStream> stream(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = answer(request);
        reachable = true;
        if (response.statusCode() >= SUCCESS && response.statusCode() < REDIRECTION) {
            return response;
        }
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(MAX_PROBLEM_BYTES), StandardCharsets.UTF_8);
            throw RepositoryProblem.of(
                    response.statusCode(),
                    request.method() + " " + request.uri().getPath(),
                    text);
        }
    }

    private HttpResponse<InputStream> answer(HttpRequest first) throws IOException, InterruptedException {
        HttpRequest request = first;
        for (int tried = 1; ; tried++) {
            try {
                return http.send(request, BodyHandlers.ofInputStream());
            } catch (IOException e) {
                addresses.failed(request);
                if (tried == addresses.count() || !(Addresses.isUnsent(e) || isHarmlessTwice(request))) {
                    reachable = false;
                    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
                    throw new IOException("the repository at " + repository + " doesn't answer: " + why, e);
                }
                request = addresses.moved(request);
            }
        }
    }

    private static boolean isHarmlessTwice(HttpRequest request) {
        return !request.method().equals("POST")
                || request.headers().firstValue("Idempotency-Key").isPresent();
    }
}

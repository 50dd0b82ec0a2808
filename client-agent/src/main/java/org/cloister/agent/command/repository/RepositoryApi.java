package org.cloister.agent.command.repository;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import javax.net.ssl.SSLContext;
import org.cloister.agent.remote.Addresses;
import org.cloister.events.RequestId;
import org.cloister.events.codec.EventCodec;
import org.jspecify.annotations.Nullable;

/**
 * A client of one repository ({@code docs/protocol.md}, "REST"). Commands carry a request id and are sent again with the same
 * one when the connection breaks, so that each happens once. Of several addresses the next is asked when one doesn't answer.
 * Thread-safe; an interrupt ends a call.
 */
public final class RepositoryApi {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
    /** A sync or an upload: the server shows progress or reads, but the head of the answer may come late. */
    private static final Duration LONG_TIMEOUT = Duration.ofHours(6);
    /** The largest single JSON answer; longer things are streams of lines. */
    private static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;
    /** A problem document is a few sentences. */
    private static final int MAX_PROBLEM_BYTES = 256 * 1024;
    /** The first and one more: a restart of the repository is bridged, an outage is reported soon. */
    private static final int ATTEMPTS = 2;

    private final HttpClient http;
    private final Addresses addresses;
    private final @Nullable String token;

    /** @param base without a path, or with the path prefix of a reverse proxy; one or several ({@link Addresses#parse}) */
    public RepositoryApi(HttpClient http, URI base, @Nullable String token) {
        this.http = http;
        this.addresses = Addresses.of(base);
        this.token = token;
    }

    /** One for the process: making one costs more than most requests. */
    public static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .build();
    }

    /** One that trusts, and shows itself, as {@code tls} says. */
    public static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT_TIMEOUT)
                .sslContext(tls)
                .build();
    }

    /** The address that is asked. */
    public URI base() {
        return addresses.current();
    }

    /** @throws RepositoryRefused with the problem document; @throws RepositoryUnreachable without an answer */
    public JsonNode get(Target target) throws IOException, InterruptedException {
        return json(read(request(target, ANSWER_TIMEOUT).GET().build()).bytes());
    }

    /** The body as it is, at most 64 MiB. */
    public byte[] bytes(Target target) throws IOException, InterruptedException {
        return read(request(target, ANSWER_TIMEOUT).GET().build()).bytes();
    }

    /** Sends a command with a request id of its own. */
    public JsonNode post(Target target, JsonNode body) throws IOException, InterruptedException {
        return post(target, body, new RequestId(UUID.randomUUID().toString()));
    }

    /** Sends a command once, whatever happens to the connection. */
    public JsonNode post(Target target, JsonNode body, RequestId id) throws IOException, InterruptedException {
        return command(target, body, id).body();
    }

    /** The same, where it matters whether something was begun (202) or there was nothing to do (200). */
    public Answer command(Target target, JsonNode body, RequestId id) throws IOException, InterruptedException {
        HttpRequest request = request(target, ANSWER_TIMEOUT)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", id.text())
                .POST(BodyPublishers.ofString(body.toString()))
                .build();
        Body read = read(request);
        return new Answer(read.status(), json(read.bytes()));
    }

    public void delete(Target target, RequestId id) throws IOException, InterruptedException {
        HttpRequest request = request(target, ANSWER_TIMEOUT)
                .header("Idempotency-Key", id.text())
                .DELETE()
                .build();
        read(request);
    }

    /** Sends a body that is no JSON, such as a package; not repeated. */
    public JsonNode upload(Target target, String contentType, BodyPublisher body, RequestId id)
            throws IOException, InterruptedException {
        return upload(target, Map.of("Content-Type", contentType), body, id);
    }

    /** The same with other headers beside. */
    public JsonNode upload(Target target, Map<String, String> headers, BodyPublisher body, RequestId id)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(target, LONG_TIMEOUT).header("Idempotency-Key", id.text());
        headers.forEach(request::header);
        HttpResponse<InputStream> response = open(request.POST(body).build());
        try (InputStream in = response.body()) {
            return json(limited(in));
        }
    }

    /** The lines of a stream in their order, until it ends or {@code lines} has had enough. */
    public void lines(Target target, LineReader lines) throws IOException, InterruptedException {
        stream(request(target, LONG_TIMEOUT).GET().build(), lines);
    }

    /** The same for a command that answers with progress; {@code body} is null where it takes none. */
    public void postForLines(Target target, @Nullable JsonNode body, RequestId id, LineReader lines)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(target, LONG_TIMEOUT).header("Idempotency-Key", id.text());
        if (body == null) {
            request.POST(BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString()));
        }
        stream(request.build(), lines);
    }

    private void stream(HttpRequest request, LineReader lines) throws IOException, InterruptedException {
        try (InputStream in = new BufferedInputStream(open(request).body(), 64 * 1024)) {
            lines.readAll(in);
        } catch (RepositoryRefused | RepositoryUnreachable e) {
            throw e;
        } catch (IOException e) {
            throw new RepositoryUnreachable(base(), e);
        }
    }

    private HttpRequest.Builder request(Target target, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target.under(base())).timeout(timeout);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Body read(HttpRequest first) throws IOException, InterruptedException {
        HttpRequest request = first;
        for (int attempt = 1; ; attempt++) {
            try {
                return readOnce(request);
            } catch (RepositoryUnreachable e) {
                if (attempt >= Math.max(ATTEMPTS, addresses.count()) || e.getCause() instanceof ConnectException) {
                    throw e;
                }
                request = addresses.moved(request);
            }
        }
    }

    private Body readOnce(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = open(request);
        try (InputStream in = response.body()) {
            return new Body(response.statusCode(), limited(in));
        } catch (IOException e) {
            addresses.failed(request);
            throw new RepositoryUnreachable(base(), e);
        }
    }

    private record Body(int status, byte[] bytes) {}

    /** An answer that isn't a refusal. */
    public record Answer(int status, JsonNode body) {}

    private HttpResponse<InputStream> open(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = answer(request);
        if (response.statusCode() / 100 == 2) {
            return response;
        }
        try (InputStream in = response.body()) {
            String type = response.headers().firstValue("Content-Type").orElse("");
            throw new RepositoryRefused(Problem.parse(response.statusCode(), type, in.readNBytes(MAX_PROBLEM_BYTES)));
        }
    }

    /** A request that can't have reached anybody goes to the next address. */
    private HttpResponse<InputStream> answer(HttpRequest first) throws IOException, InterruptedException {
        HttpRequest request = first;
        for (int tried = 1; ; tried++) {
            URI asked = base();
            try {
                return http.send(request, BodyHandlers.ofInputStream());
            } catch (IOException e) {
                addresses.failed(request);
                if (tried == addresses.count() || !Addresses.isUnsent(e)) {
                    throw new RepositoryUnreachable(asked, e);
                }
                request = addresses.moved(request);
            }
        }
    }

    private static byte[] limited(InputStream in) throws IOException {
        byte[] body = in.readNBytes(MAX_ANSWER_BYTES + 1);
        if (body.length > MAX_ANSWER_BYTES) {
            throw new IOException("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
        }
        return body;
    }

    private JsonNode json(byte[] body) throws IOException {
        if (body.length == 0) {
            return EventCodec.json().createObjectNode();
        }
        try {
            return EventCodec.json().readTree(body);
        } catch (com.fasterxml.jackson.core.JacksonException e) {
            throw new IOException("the repository at " + base() + " answered with something that is no JSON", e);
        }
    }
}

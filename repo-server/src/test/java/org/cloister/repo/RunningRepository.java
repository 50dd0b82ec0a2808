package org.cloister.repo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.postgres.DatabaseAccess;
import org.cloister.repo.s3.S3Settings;
import org.jspecify.annotations.NullMarked;

/** The whole server as a person starts it, on a free port, and its first administrator. */
@NullMarked
public final class RunningRepository implements AutoCloseable {
    private final RepoServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String token;

    /** @param kafka {@code embedded} or {@code none} */
    public RunningRepository(Path state, String kafka) throws IOException {
        this(state, Optional.empty(), kafka);
    }

    /** @param postgres an external database, or empty for an embedded one */
    public RunningRepository(Path state, Optional<DatabaseAccess> postgres, String kafka) throws IOException {
        server = RepoServer.start(config(state, postgres, kafka, Optional.empty()), line -> {});
        token = Files.readString(state.resolve("admin.token")).strip();
    }

    /** With its pool in a bucket. */
    public RunningRepository(Path state, S3Settings bucket) throws IOException {
        server = RepoServer.start(config(state, Optional.empty(), "none", Optional.of(bucket)), line -> {});
        token = Files.readString(state.resolve("admin.token")).strip();
    }

    static RepoServerConfig config(Path state, String kafka) {
        return config(state, Optional.empty(), kafka, Optional.empty());
    }

    private static RepoServerConfig config(
            Path state, Optional<DatabaseAccess> postgres, String kafka, Optional<S3Settings> bucket) {
        return new RepoServerConfig(
                state,
                "127.0.0.1",
                0,
                postgres,
                kafka,
                "127.0.0.1",
                "test/log",
                new Architecture("amd64"),
                8L << 20,
                Optional.empty(),
                Optional.empty(),
                0,
                "machine",
                bucket,
                false);
    }

    /** The administrator's. */
    public String token() {
        return token;
    }

    public URI address() {
        return server.address();
    }

    /** With the administrator's token. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        return client.send(request.build(), handler);
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path).GET(), BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
        return send(
                request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)),
                BodyHandlers.ofString());
    }

    public HttpResponse<String> publish(byte[] deb) throws IOException, InterruptedException {
        return send(
                request("/v1/packages")
                        .header("Content-Type", "application/vnd.debian.binary-package")
                        .POST(BodyPublishers.ofByteArray(deb)),
                BodyHandlers.ofString());
    }

    public static JsonNode json(HttpResponse<String> answer) throws IOException {
        return EventCodec.json().readTree(answer.body());
    }

    @Override
    public void close() {
        server.close();
    }
}

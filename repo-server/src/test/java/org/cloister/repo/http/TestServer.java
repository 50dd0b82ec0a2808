package org.cloister.repo.http;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The real router and server on an ephemeral port, with endpoints that the test chooses. */
@NullMarked
final class TestServer implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    static final HostId HOST = new HostId("h-0011223344556677");
    private static final String SECRET = "0123456789ABCDEFGHIJKLMNOPQRST";
    private static final long SECONDS = 30;

    final Vertx vertx = Vertx.vertx();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final URI base;
    /** What was refused because of who asked, in the order of the flushes. */
    final List<RequestsRefused> refused = new CopyOnWriteArrayList<>();

    private final RefusalLog refusals = new RefusalLog(
            recorded -> {
                refused.addAll(recorded);
                return CompletableFuture.completedStage(true);
            },
            () -> NOW);

    /** What was refused until now is in {@link #refused}. */
    void flushRefusals() {
        refusals.close();
    }

    /** Every operation answered by {@code endpoints}. */
    static TestServer all(Map<String, Endpoint> endpoints) throws Exception {
        return new TestServer(vertx -> endpoints);
    }

    /** Some operations; the others fail. */
    static TestServer some(Function<Vertx, Endpoints> some) throws Exception {
        return new TestServer(vertx -> {
            Map<String, Endpoint> endpoints = new LinkedHashMap<>();
            ApiDocument.load().operations().keySet().forEach(id -> endpoints.put(id, TestServer::refuse));
            endpoints.putAll(some.apply(vertx).byOperation());
            return endpoints;
        });
    }

    private static void refuse(Exchange exchange) {
        throw new IllegalStateException("this test has no such endpoint");
    }

    private TestServer(Function<Vertx, Map<String, Endpoint>> endpointsOf) throws Exception {
        Map<String, Endpoint> endpoints = endpointsOf.apply(vertx);
        Authenticator authenticator = new Authenticator(TestServer::issued, () -> NOW);
        ApiDocument document = ApiDocument.load();
        Admission admission = new Admission(
                document.operations(),
                authenticator,
                new RequestRates(0),
                () -> CompletableFuture.completedFuture(null));
        RepositoryApi.Settings settings =
                new RepositoryApi.Settings("127.0.0.1", 0, Long.MAX_VALUE, Optional.empty(), 0);
        int port = ApiRouter.create(vertx, document, admission, refusals, endpoints)
                .compose(router -> HttpEdge.listen(vertx, router, settings))
                .toCompletionStage()
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
        base = URI.create("http://127.0.0.1:" + port);
    }

    /** A token with one role; {@code host} binds it to {@link #HOST}. */
    static String token(Role role, boolean host) {
        return "clo_" + (host ? "bound00" : "free000") + role.text() + "_" + SECRET;
    }

    private static @Nullable TokenIssued issued(TokenId id) {
        for (Role role : Role.values()) {
            for (boolean host : new boolean[] {false, true}) {
                if (token(role, host).startsWith("clo_" + id + "_")) {
                    return new TokenIssued(
                            id,
                            new Principal("test/" + role.text()),
                            Set.of(role),
                            new BearerToken(id, SECRET).secretHash(),
                            host ? HOST : null,
                            null);
                }
            }
        }
        return null;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(SECONDS));
    }

    HttpRequest.Builder request(String path, Role role) {
        return request(path).header("Authorization", "Bearer " + token(role, false));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }
}

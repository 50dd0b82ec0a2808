package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Event;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.Role;
import org.cloister.events.StreamId;
import org.cloister.events.TokenId;
import org.cloister.events.codec.EventLine;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.log.Append;
import org.cloister.repo.log.InMemoryEventStore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The log as lines, and the long poll at its end. */
class EventsTest {
    private static final InMemoryEventStore STORE = new InMemoryEventStore();
    private static final AtomicLong PIECES = new AtomicLong();
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        server = TestServer.some(vertx -> {
            Endpoints endpoints = new Endpoints();
            Workers workers = new Workers(vertx, "test", 4, 10_000);
            new EventEndpoints(
                            STORE,
                            new Tail(
                                    STORE,
                                    task -> vertx.executeBlocking(() -> {
                                        PIECES.incrementAndGet();
                                        task.run();
                                        return true;
                                    })),
                            workers)
                    .register(endpoints);
            return endpoints;
        });
        for (int i = 0; i < 5_000; i++) {
            append(i % 10 == 0 ? mirror("m") : yanked("p" + i % 7, 200));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void everythingComesInOrderOnce() throws Exception {
        HttpResponse<String> answer = get("/v1/events");
        List<RecordedEvent> events = events(answer);
        assertThat(events).hasSizeGreaterThanOrEqualTo(5_000);
        for (int i = 0; i < events.size(); i++) {
            assertThat(events.get(i).position().value()).isEqualTo(i + 1);
        }
        assertThat(events.subList(0, 5_000)).isEqualTo(STORE.readAll(Position.NONE, 5_000));
        assertThat(upTo(answer)).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void afterLimitAndStreamsSelect() throws Exception {
        assertThat(positions("/v1/events?after=10&limit=3")).containsExactly(11L, 12L, 13L);
        List<RecordedEvent> mirrors = events(get("/v1/events?stream=mirror:&limit=400"));
        assertThat(mirrors).hasSize(400).allMatch(event -> event.stream().kind() == StreamId.Kind.MIRROR);
        assertThat(events(get("/v1/events?stream=package:p1,package:p2")))
                .isNotEmpty()
                .allMatch(event -> event.stream().name().matches("p[12]"));
        HttpResponse<String> nothing = get("/v1/events?stream=user:");
        assertThat(nothing.body()).isEmpty();
        assertThat(upTo(nothing)).isGreaterThanOrEqualTo(5_000);
        assertThat(get("/v1/events?after=" + (STORE.head().value() + 100)).body())
                .isEmpty();
    }

    @Test
    void aTokenOfAHostReadsItsOwnStreamsOnly() throws Exception {
        String bound = TestServer.token(Role.AGENT, true);
        for (String refused : List.of("", "?stream=package:", "?stream=host:", "?stream=host:h-ffffffffffffffff")) {
            assertThat(status("/v1/events" + refused, bound)).as(refused).isEqualTo(403);
        }
        assertThat(status("/v1/events?stream=closure:,host:" + TestServer.HOST, bound))
                .isEqualTo(200);
    }

    @Test
    void onlyAnAdministratorReadsTheHashesOfTokens() throws Exception {
        Digest hash = Digest.ofText("secret");
        append(part(
                StreamId.of(new Principal("alice")),
                new TokenIssued(
                        new TokenId("abcdefgh"), new Principal("alice"), Set.of(Role.READER), hash, null, null)));
        String path = "/v1/events?stream=access:";

        String asReader = get(path).body();
        String asAdministrator =
                server.send(server.request(path, Role.ADMINISTRATOR).GET()).body();

        assertThat(asReader).contains("TokenIssued").doesNotContain(hash.hex());
        assertThat(asAdministrator).contains(hash.hex());
        assertThat(EventLine.parse(asReader.strip().getBytes(StandardCharsets.UTF_8))
                        .leafData())
                .isEqualTo(EventLine.parse(asAdministrator.strip().getBytes(StandardCharsets.UTF_8))
                        .leafData());
    }

    @Test
    void aLongPollAnswersWhenThereIsSomething() throws Exception {
        long head = STORE.head().value();
        CompletableFuture<HttpResponse<String>> poll = poll("/v1/events?wait=30&stream=mirror:later&after=" + head);
        append(yanked("other", 10));
        append(yanked("other", 10));
        assertThat(poll).isNotDone();
        append(mirror("later"));
        List<RecordedEvent> events = events(poll.get(20, TimeUnit.SECONDS));
        assertThat(events).hasSize(1);
        assertThat(events.get(0).stream()).isEqualTo(StreamId.of(new MirrorName("later")));
    }

    @Test
    void aLongPollEndsWithItsTimeAndTellsHowFarItSaw() throws Exception {
        long start = System.nanoTime();
        HttpResponse<String> answer = get("/v1/events?wait=1&stream=user:");
        assertThat(answer.body()).isEmpty();
        assertThat(upTo(answer)).isGreaterThanOrEqualTo(5_000);
        assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(900));
    }

    @Test
    void manyWhoWaitCostOneReading() throws Exception {
        long head = STORE.head().value();
        List<CompletableFuture<HttpResponse<String>>> polls = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            polls.add(poll("/v1/events?wait=30&stream=mirror:crowd&after=" + head));
        }
        append(mirror("crowd"));
        for (CompletableFuture<HttpResponse<String>> poll : polls) {
            assertThat(events(poll.get(20, TimeUnit.SECONDS))).hasSize(1);
        }
        long before = PIECES.get();
        append(yanked("quiet", 10));
        assertThat(PIECES.get() - before).isLessThanOrEqualTo(1);
    }

    @Test
    void aClientThatDoesNotReadStopsTheReading() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            append(yanked("large", 20_000));
        }
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", server.base.getPort()));
            socket.getOutputStream()
                    .write(("GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + TestServer.token(Role.READER, false) + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            in.readNBytes(1_000);
            await().during(1, TimeUnit.SECONDS)
                    .atMost(20, TimeUnit.SECONDS)
                    .until(EventsTest::used, used -> used < 400);
            assertThat(in.readNBytes(30_000_000)).hasSize(30_000_000);
        }
    }

    /** Megabytes in use after a collection. */
    private static long used() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    private static void append(Append.Part part) {
        STORE.append(new Append(
                        new RequestId(UUID.randomUUID().toString()),
                        new Principal("test"),
                        new CorrelationId("c"),
                        List.of(part)))
                .toCompletableFuture()
                .join();
    }

    private static Append.Part mirror(String name) {
        MirrorName mirror = new MirrorName(name);
        return part(StreamId.of(mirror), new MirrorSyncFailed(mirror, List.of(), "x"));
    }

    private static Append.Part yanked(String name, int length) {
        PackageId id = PackageId.of(name.length() > 1 ? name : name + "0", "1", "all");
        return part(StreamId.ofPackage(id.name().text()), new PackageYanked(id, "x".repeat(length)));
    }

    private static Append.Part part(StreamId stream, Event event) {
        int version = STORE.readStream(stream, 0, 10_000).size();
        return new Append.Part(stream, version, List.of(event));
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return server.send(server.request(path, Role.READER).GET());
    }

    private static CompletableFuture<HttpResponse<String>> poll(String path) {
        return server.client.sendAsync(
                server.request(path, Role.READER).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private static int status(String path, String token) throws Exception {
        return server.send(server.request(path).header("Authorization", "Bearer " + token))
                .statusCode();
    }

    private static long upTo(HttpResponse<String> answer) {
        return answer.headers().firstValueAsLong("cloister-up-to").orElseThrow();
    }

    private static List<Long> positions(String path) throws Exception {
        return events(get(path)).stream().map(event -> event.position().value()).toList();
    }

    private static List<RecordedEvent> events(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body()
                .lines()
                .map(line -> EventLine.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }
}

package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.Role;
import org.cloister.repo.collect.CollectedContent;
import org.cloister.repo.collect.RetentionView;
import org.cloister.repo.pool.DirectoryPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects one by one with ranges, many in one answer, and uploads, over a real pool. */
class ContentTest {
    private static final long UPLOAD_LIMIT = 64L * 1024 * 1024;
    private static final byte[] CONTENT = content(1, 300_000);
    private static final Digest MISSING = Digest.ofText("nobody has this");

    @TempDir
    static Path directory;

    private static DirectoryPool pool;
    private static TestServer server;

    @BeforeAll
    static void start() throws Exception {
        pool = DirectoryPool.open(directory, Clock.systemUTC());
        put(CONTENT);
        server = TestServer.some(vertx -> {
            Endpoints endpoints = new Endpoints();
            Workers workers = new Workers(vertx, "test", 4, 100);
            new ContentEndpoints(pool, new CollectedContent(new RetentionView(), pool), workers).register(endpoints);
            new ContentUploads(pool, new Spool(pool, workers, UPLOAD_LIMIT)).register(endpoints);
            return endpoints;
        });
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
        pool.close();
    }

    @Test
    void contentIsImmutableAndComesWhole() throws Exception {
        HttpResponse<byte[]> answer = get(Digest.of(CONTENT));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(CONTENT);
        assertThat(answer.headers().firstValue("cache-control").orElseThrow()).contains("immutable");
        String tag = answer.headers().firstValue("etag").orElseThrow();
        assertThat(get(Digest.of(CONTENT), "If-None-Match", tag).statusCode()).isEqualTo(304);
    }

    @Test
    void rangesGiveTheirBytes() throws Exception {
        Digest digest = Digest.of(CONTENT);
        HttpResponse<byte[]> middle = get(digest, "Range", "bytes=1000-1999");
        assertThat(middle.statusCode()).isEqualTo(206);
        assertThat(middle.headers().firstValue("content-range")).contains("bytes 1000-1999/300000");
        assertThat(middle.body()).isEqualTo(Arrays.copyOfRange(CONTENT, 1000, 2000));
        assertThat(get(digest, "Range", "bytes=-5").body()).isEqualTo(Arrays.copyOfRange(CONTENT, 299_995, 300_000));
        HttpResponse<byte[]> outside = get(digest, "Range", "bytes=300000-");
        assertThat(outside.statusCode()).isEqualTo(416);
        assertThat(outside.headers().firstValue("content-range")).contains("bytes */300000");
        HttpResponse<byte[]> other = get(digest, "Range", "bytes=0-1", "If-Range", "\"another\"");
        assertThat(other.statusCode()).isEqualTo(200);
    }

    @Test
    void headTellsTheSameWithoutContent() throws Exception {
        HttpResponse<byte[]> head = server.client.send(
                server.request("/v1/objects/" + Digest.of(CONTENT), Role.READER)
                        .method("HEAD", BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(head.headers().firstValue("content-length")).contains("300000");
        assertThat(head.body()).isEmpty();
        assertThat(get(MISSING).statusCode()).isEqualTo(404);
    }

    @Test
    void aBatchHasEveryObjectInTheOrderAskedAndItsEnd() throws Exception {
        List<byte[]> contents = new ArrayList<>();
        Random random = new Random(7);
        for (int i = 0; i < 200; i++) {
            contents.add(content(i + 10, i % 50 == 0 ? 1_000_000 : random.nextInt(5_000)));
        }
        contents.add(new byte[0]);
        List<Digest> asked = new ArrayList<>();
        for (byte[] content : contents) {
            asked.add(put(content));
        }
        asked.add(100, MISSING);
        asked.add(asked.get(3));
        Collections.shuffle(asked, random);
        Map<Digest, byte[]> byDigest = new LinkedHashMap<>();
        contents.forEach(content -> byDigest.put(Digest.of(content), content));
        try (InputStream in = batch(asked)) {
            for (Digest digest : asked) {
                byte[] content = byDigest.get(digest);
                assertThat(line(in)).isEqualTo(digest.hex() + " " + (content == null ? -1 : content.length));
                if (content != null) {
                    assertThat(in.readNBytes(content.length)).isEqualTo(content);
                }
            }
            assertThat(line(in)).isEqualTo("end");
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void anEmptyBatchIsOnlyItsEnd() throws Exception {
        try (InputStream in = batch(List.of())) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("end\n");
        }
    }

    @Test
    void aMalformedBatchIsAProblemAndAFullOneIsReadAtOnce() throws Exception {
        String digest = '"' + MISSING.toString() + '"';
        for (String bad : List.of(
                "",
                "{",
                "[]",
                "{}",
                "{\"objects\":{}}",
                "{\"objects\":[1]}",
                "{\"objects\":[\"x\"]}",
                "{\"objects\":[" + digest + "],\"more\":1}",
                "{\"objects\":[]} x",
                "{\"objects\":[" + (digest + ",").repeat(100_000) + digest + "]}")) {
            HttpResponse<String> answer = server.send(server.request("/v1/objects/batch", Role.READER)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(bad)));
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("urn:cloister:problem:malformed-request");
        }
        long start = System.nanoTime();
        try (InputStream in = batch(Collections.nCopies(100_000, MISSING))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.US_ASCII)).endsWith(" -1\nend\n");
        }
        System.out.printf("a batch of 100,000 missing objects: %d ms%n", (System.nanoTime() - start) / 1_000_000);
    }

    @Test
    void clientsThatHangUpHarmNobody() throws Exception {
        Digest large = put(content(99, 20_000_000));
        String body = "{\"objects\":[\"" + large + "\",\"" + large + "\"]}";
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.base.getPort())) {
                socket.getOutputStream()
                        .write(("POST /v1/objects/batch HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                        + TestServer.token(Role.READER, false)
                                        + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                                        + "\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            }
        }
        assertThat(get(Digest.of(CONTENT)).statusCode()).isEqualTo(200);
    }

    @Test
    void anUploadIsCheckedAgainstItsDigest() throws Exception {
        byte[] content = content(5, 3_000_000);
        assertThat(upload(Digest.of(content), content).statusCode()).isEqualTo(201);
        assertThat(upload(Digest.of(content), content).statusCode()).isEqualTo(200);
        assertThat(get(Digest.of(content)).body()).isEqualTo(content);
        HttpResponse<String> wrong = upload(MISSING, content);
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body()).contains("urn:cloister:problem:digest-mismatch");
        assertThat(get(MISSING).statusCode()).isEqualTo(404);
    }

    @Test
    void anUploadBeyondTheLimitIsRefusedWhetherAnnouncedOrNot() throws Exception {
        long size = UPLOAD_LIMIT + 1;
        assertThat(announced(size)).startsWith("HTTP/1.1 413 ");
        HttpResponse<String> surprising = server.send(server.request("/v1/objects/" + MISSING, Role.BUILDER)
                .header("Content-Type", "application/octet-stream")
                .PUT(zeros(size)));
        assertThat(surprising.statusCode()).isEqualTo(413);
        assertThat(directory.resolve("staging").toFile().list()).isEmpty();
    }

    @Test
    void aBatchOfManySmallFilesIsFast() throws Exception {
        List<Digest> asked = new ArrayList<>();
        long bytes = 0;
        for (int i = 0; i < 2_000; i++) {
            byte[] content = content(1_000_000 + i, 4_000);
            bytes += content.length;
            asked.add(put(content));
        }
        long start = System.nanoTime();
        try (InputStream in = batch(asked)) {
            assertThat(in.readAllBytes().length).isGreaterThan((int) bytes);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("batch: %.0f files/s, %.1f MB/s%n", asked.size() / seconds, bytes / seconds / 1e6);
    }

    /** The first line that a client gets who asks before it sends. */
    private static String announced(long size) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.base.getPort())) {
            socket.getOutputStream()
                    .write(("PUT /v1/objects/" + MISSING + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + TestServer.token(Role.BUILDER, false)
                                    + "\r\nContent-Type: application/octet-stream\r\nExpect: 100-continue"
                                    + "\r\nContent-Length: " + size + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return line(socket.getInputStream());
        }
    }

    private static java.net.http.HttpRequest.BodyPublisher zeros(long size) {
        byte[] piece = new byte[64 * 1024];
        long pieces = (size + piece.length - 1) / piece.length;
        return BodyPublishers.ofByteArrays(() -> java.util.stream.LongStream.range(0, pieces)
                .mapToObj(i -> i == pieces - 1 ? Arrays.copyOf(piece, (int) (size - i * piece.length)) : piece)
                .iterator());
    }

    private static HttpResponse<String> upload(Digest digest, byte[] content) throws Exception {
        return server.send(server.request("/v1/objects/" + digest, Role.BUILDER)
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)));
    }

    private static HttpResponse<byte[]> get(Digest digest, String... headers) throws Exception {
        var request = server.request("/v1/objects/" + digest, Role.READER);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return server.client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static InputStream batch(List<Digest> objects) throws Exception {
        StringBuilder body = new StringBuilder("{\"objects\":[");
        for (int i = 0; i < objects.size(); i++) {
            body.append(i == 0 ? "" : ",").append('"').append(objects.get(i)).append('"');
        }
        HttpResponse<InputStream> answer = server.client.send(
                server.request("/v1/objects/batch", Role.READER)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.append("]}").toString()))
                        .build(),
                BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static String line(InputStream in) throws Exception {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n' && c >= 0; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    private static Digest put(byte[] content) throws Exception {
        Digest digest = Digest.of(content);
        pool.putObject(digest, new ByteArrayInputStream(content));
        return digest;
    }

    private static byte[] content(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}

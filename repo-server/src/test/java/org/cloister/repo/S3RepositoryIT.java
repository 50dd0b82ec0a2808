package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.deb.SampleDeb;
import org.cloister.repo.s3.S3Settings;
import org.cloister.repo.s3.SwiftServer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole repository with its pool in a bucket of a real store, from publication to collection, and while the store is away. */
@NullMarked
class S3RepositoryIT {
    private static final String AWAY = "urn:cloister:problem:store-away";
    private static final String DISTRIBUTION = """
        {"name":"all","mirrors":[],"uploads":true,"verbatim":false,"components":["main"],"architectures":["amd64"],
         "open":true,"release":{"origin":"Test","label":"Test","suite":"all","codename":"all",
         "description":"made for a test","validDays":null,"address":"https://repo.example.org"}}\
        """;

    private static final byte[] LARGE = new byte[900_000];

    static {
        new Random(3).nextBytes(LARGE);
    }

    private SwiftServer swift;
    private S3Settings bucket;
    private Path state;

    @BeforeEach
    void start() throws Exception {
        swift = SwiftServer.start(RepoServices.directory("swift"));
        bucket = swift.settings("repository/pool");
        state = RepoServices.directory("s3-repository").resolve("state");
    }

    @AfterEach
    void stop() {
        if (swift != null) {
            swift.close();
        }
    }

    @Test
    void whatIsPublishedIsServedCollectedAndVerifiedFromTheBucket() throws Exception {
        byte[] deb = new SampleDeb()
                .compressed("", "")
                .binary("./usr/share/large", LARGE)
                .bytes();
        byte[] tiny = TinyDeb.of("tiny", "1.0-1", "");
        String artifact = Digest.of(deb).toString();
        try (RunningRepository repository = new RunningRepository(state, bucket)) {
            assertThat(repository.post("/v1/distributions", DISTRIBUTION).statusCode())
                    .isEqualTo(201);
            assertThat(repository.publish(deb).statusCode()).isEqualTo(201);
            assertThat(repository.publish(tiny).statusCode()).isEqualTo(201);

            assertThat(bytes(repository, "/v1/artifacts/" + artifact, "").body())
                    .isEqualTo(deb);
            HttpResponse<byte[]> rest = bytes(repository, "/v1/artifacts/" + artifact, "bytes=300000-");
            assertThat(rest.statusCode()).isEqualTo(206);
            assertThat(rest.headers().firstValue("Content-Range"))
                    .contains("bytes 300000-" + (deb.length - 1) + "/" + deb.length);
            assertThat(rest.headers().firstValueAsLong("Content-Length")).hasValue(deb.length - 300_000);
            assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(deb, 300_000, deb.length));
            assertThat(bytes(repository, "/v1/artifacts/" + artifact, "bytes=99999999-")
                            .statusCode())
                    .isEqualTo(416);
            assertThat(batch(repository)).isEqualTo(framed());
            String apt = "/apt/all/pool/" + Digest.of(deb).hex() + "/sample_1.0-1_amd64.deb";
            assertThat(bytes(repository, apt, "bytes=400000-").body())
                    .isEqualTo(Arrays.copyOfRange(deb, 400_000, deb.length));
            assertThat(bytes(repository, "/apt/all/pool/" + Digest.of(tiny).hex() + "/tiny_1.0-1_all.deb", "")
                            .body())
                    .isEqualTo(tiny);

            collect(repository, Digest.of(tiny).toString());
            assertThat(repository.get("/v1/artifacts/" + Digest.of(tiny)).statusCode())
                    .isEqualTo(410);
            JsonNode verified = last(repository.post("/v1/pool/verify", ""));
            assertThat(verified.path("damaged").asInt()).isZero();
            assertThat(verified.path("files").asInt()).isGreaterThanOrEqualTo(4);
            assertThat(swift.keys("repository/pool")).noneMatch(key -> key.startsWith("removed/"));
        }
        try (RunningRepository repository = new RunningRepository(state, bucket)) {
            assertThat(bytes(repository, "/v1/artifacts/" + artifact, "").body())
                    .isEqualTo(deb);
        }
        assertThatThrownBy(() -> new RunningRepository(state, "none").close())
                .hasMessageContaining("s3://cloister/repository/pool/")
                .hasMessageContaining("--pool");
    }

    private static HttpResponse<byte[]> bytes(RunningRepository repository, String path, String range)
            throws Exception {
        var request = repository.request(path).GET();
        return repository.send(range.isEmpty() ? request : request.header("Range", range), BodyHandlers.ofByteArray());
    }

    private static byte[] batch(RunningRepository repository) throws Exception {
        String wanted = "{\"objects\":[\"" + Digest.of(LARGE) + "\",\"" + Digest.ofText("missing") + "\"]}";
        return repository
                .send(
                        repository
                                .request("/v1/objects/batch")
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(wanted)),
                        BodyHandlers.ofByteArray())
                .body();
    }

    private static byte[] framed() throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write((Digest.of(LARGE).hex() + " " + LARGE.length + "\n").getBytes("US-ASCII"));
        all.write(LARGE);
        all.write((Digest.ofText("missing").hex() + " -1\nend\n").getBytes("US-ASCII"));
        return all.toByteArray();
    }

    private static void collect(RunningRepository repository, String artifact) throws Exception {
        assertThat(repository
                        .post("/v1/pool/retention", "{\"days\":0,\"rollbacks\":1}")
                        .statusCode())
                .isEqualTo(201);
        assertThat(repository
                        .post("/v1/packages/tiny/1.0-1/all/yank", "{\"reason\":\"broken\"}")
                        .statusCode())
                .isEqualTo(200);
        // The store's times are whole seconds: what came a moment ago is new until the next one.
        await().atMost(Duration.ofSeconds(30))
                .until(() -> repository
                        .get("/v1/pool/decisions?grace=0")
                        .body()
                        .lines()
                        .anyMatch(line -> line.contains(artifact)));
        JsonNode collected = last(repository.post("/v1/pool/collections", "{\"graceSeconds\":0}"));
        assertThat(collected.at("/collection/collected").asInt()).isGreaterThanOrEqualTo(2);
    }

    private static JsonNode last(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        String[] lines = answer.body().split("\n");
        return EventCodec.json().readTree(lines[lines.length - 1]);
    }

    @Test
    void whileTheStoreIsAwayEverybodyIsToldSoAndAfterwardsAllGoesOn() throws Exception {
        byte[] first = TinyDeb.of("first", "1.0-1", "");
        byte[] second = TinyDeb.of("second", "1.0-1", "");
        String artifact = "/v1/artifacts/" + Digest.of(first);
        try (RunningRepository repository = new RunningRepository(state, bucket)) {
            assertThat(repository.post("/v1/distributions", DISTRIBUTION).statusCode())
                    .isEqualTo(201);
            assertThat(repository.publish(first).statusCode()).isEqualTo(201);
            swift.kill();
            HttpResponse<String> apt =
                    repository.get("/apt/all/pool/" + Digest.of(first).hex() + "/first_1.0-1_all.deb");
            assertThat(apt.statusCode()).isEqualTo(503);
            assertThat(apt.headers().firstValue("Cache-Control")).isEmpty();
            for (HttpResponse<String> answer : new HttpResponse[] {
                repository.get(artifact), repository.publish(second), repository.post("/v1/pool/verify", "")
            }) {
                assertThat(answer.body())
                        .contains(AWAY)
                        .contains("can't be reached")
                        .contains("start it");
            }
            assertThat(repository.get(artifact).statusCode()).isEqualTo(503);
            swift.startAgain();
            assertThat(swift.keys("repository/pool"))
                    .noneMatch(key -> key.contains(Digest.of(second).hex()));
            assertThat(bytes(repository, artifact, "").body()).isEqualTo(first);
            assertThat(repository.publish(second).statusCode()).isEqualTo(201);
            swift.kill();
        }
        assertThatThrownBy(() -> new RunningRepository(state, bucket).close())
                .hasMessageContaining("can't be reached while reading cloister-pool");
    }
}

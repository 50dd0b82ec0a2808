package org.cloister.repo.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
import org.cloister.events.codec.EventCodec;
import org.cloister.repo.RepoServices;
import org.cloister.repo.RunningRepository;
import org.cloister.repo.apt.StockApt;
import org.cloister.repo.deb.SampleDeb;
import org.cloister.repo.upstream.OpenPgpSigner;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A distribution of a mirror's listing and an upload, whose artifacts come from upstream when apt asks for them. */
@NullMarked
class MirroredDistributionIT {
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static Path directory;
    private static RunningRepository repository;
    private static FakeArchive archive;
    private static OpenPgpSigner key;
    private static Path keyring;

    @BeforeAll
    static void start() throws Exception {
        directory = RepoServices.directory("mirrored");
        key = OpenPgpSigner.ed25519(Instant.parse("2024-01-01T00:00:00Z"));
        archive = new FakeArchive("upstream")
                .add("app", "1", "Depends: library\nDescription: an application\n", new byte[20])
                .add("library", "1:2+b1~x", "Description: a library\n", new byte[200_000])
                .add("liar", "1", "Description: changes on its way\n", new byte[5_000])
                .sign(key, NOW.minusSeconds(100), Optional.empty());
        repository = new RunningRepository(directory.resolve("repo"), "none");
        String definition = EventCodec.json()
                .writeValueAsString(archive.source("debian", key.armoredKey(), Optional.empty())
                        .definition())
                .replace(",\"maxAgeDays\":null", "");
        post("/v1/mirrors", definition);
        synchronize();
        keyring = Files.write(directory.resolve("key.asc"), get("/apt/key.asc").body());
    }

    @AfterAll
    static void stop() {
        repository.close();
        archive.close();
    }

    @Test
    void whatAMirrorListsIsInstalledAndFetchedOnceWhenItIsAskedFor() throws Exception {
        define("both", true);
        StockApt apt = client("both");
        apt.update();
        assertThat(archive.requests()).noneMatch(request -> request.contains("app_1"));
        apt.install("app");
        assertThat(apt.installed("usr/share/app/version")).exists();
        assertThat(apt.installed("usr/share/library/content")).hasSize(200_000);
        client("both-again", "both").must("apt-get", "update");
        assertThat(archive.requests().stream().filter(request -> request.contains("app_1")))
                .hasSize(1);

        assertThat(repository.publish(newer()).statusCode()).isEqualTo(201);
        apt.update();
        apt.must("apt-get", "-y", "upgrade");
        assertThat(apt.installed("usr/share/app-2")).exists();
    }

    private static byte[] newer() {
        return new SampleDeb()
                .control("Package: app\nVersion: 2\nArchitecture: all\nMaintainer: A <a@example.org>\n"
                        + "Description: newer than upstream's\n")
                .directory("./usr/")
                .directory("./usr/share/")
                .file("./usr/share/app-2", "2")
                .bytes();
    }

    @Test
    void aVerbatimMirrorIsWhatUpstreamSignedByteForByte() throws Exception {
        post(
                "/v1/distributions",
                definition("same", "[\"debian\"]", false).replace("\"verbatim\":false", "\"verbatim\":true"));
        byte[] inRelease = archive.file("dists/upstream/InRelease");
        String dists = "/apt/same/dists/upstream/";
        assertThat(get(dists + "InRelease").body()).isEqualTo(inRelease);
        byte[] packages = archive.file("dists/upstream/main/binary-amd64/Packages.xz");
        assertThat(get(dists + "main/binary-amd64/Packages.xz").body()).isEqualTo(packages);
        assertThat(get(dists + "main/binary-amd64/by-hash/SHA256/"
                                + Digest.of(packages).hex())
                        .body())
                .isEqualTo(packages);
        assertThat(get("/apt/same/" + FakeArchive.filename("app", "1")).body())
                .isEqualTo(archive.file(FakeArchive.filename("app", "1")));
        assertThat(get(dists + "main/binary-amd64/Packages").statusCode()).isEqualTo(404);
        Path upstream = Files.writeString(directory.resolve("upstream.asc"), key.armoredKey());
        StockApt apt = new StockApt(
                directory.resolve("client-same"),
                "deb [signed-by=" + upstream + "] " + repository.address() + "/apt/same upstream main");
        apt.update();
        apt.must("apt-get", "download", "app=1");
    }

    @Test
    void manyWhoAskForOneArtifactShareATransferAndAnyPartOfItIsVerified() throws Exception {
        archive.add("shared", "1", "Description: wanted by many\n", new byte[300_000])
                .sign(key, NOW.minusSeconds(90), Optional.empty());
        synchronize();
        define("many", false);
        String path = path("many", "shared");
        List<CompletableFuture<HttpResponse<byte[]>>> asked = new ArrayList<>();
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 8; i++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(repository.address() + path));
            asked.add(client.sendAsync(request.header("Range", "bytes=10-").build(), BodyHandlers.ofByteArray()));
        }
        byte[] whole = archive.file(FakeArchive.filename("shared", "1"));
        for (CompletableFuture<HttpResponse<byte[]>> answer : asked) {
            assertThat(answer.get().statusCode()).isEqualTo(206);
            assertThat(answer.get().body()).isEqualTo(Arrays.copyOfRange(whole, 10, whole.length));
        }
        assertThat(archive.requests().stream().filter(request -> request.contains("shared_1")))
                .hasSize(1);
    }

    @Test
    void anUpstreamThatLiesLeavesAnErrorAndNothingElse() throws Exception {
        define("honest", false);
        byte[] good = archive.file(FakeArchive.filename("liar", "1"));
        byte[] bad = good.clone();
        bad[bad.length / 2] ^= 1;
        archive.replace(FakeArchive.filename("liar", "1"), bad);
        String path = path("honest", "liar");
        HttpResponse<byte[]> refused = get(path);
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("liar");
        archive.replace(FakeArchive.filename("liar", "1"), good);
        assertThat(get(path).body()).isEqualTo(good);
    }

    @Test
    void aStateOfTheMirrorStaysWhereItWasPromoted() throws Exception {
        archive.add("moving", "1", "Description: moves\n", new byte[10])
                .sign(key, NOW.minusSeconds(80), Optional.empty());
        synchronize();
        define("follower", false);
        post("/v1/distributions", definition("keeper", "[]", false));
        post("/v1/distributions/keeper/promotions", "{\"from\":\"follower\"}");
        archive.add("moving", "2", "Description: moves\n", new byte[10])
                .sign(key, NOW.minusSeconds(70), Optional.empty());
        synchronize();
        StockApt follower = client("follower");
        StockApt keeper = client("keeper");
        follower.update();
        keeper.update();
        assertThat(follower.candidate("moving")).isEqualTo("2");
        assertThat(keeper.candidate("moving")).isEqualTo("1");
        keeper.install("moving");
    }

    private static String path(String distribution, String name) throws Exception {
        String packages = new String(
                new GZIPInputStream(new ByteArrayInputStream(get("/apt/" + distribution + "/dists/" + distribution
                                        + "/main/binary-amd64/Packages.gz")
                                .body()))
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        return packages.lines()
                .filter(line -> line.startsWith("Filename: ") && line.contains("/" + name + "_"))
                .map(line -> "/apt/" + distribution + "/" + line.substring("Filename: ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static StockApt client(String distribution) throws Exception {
        return client(distribution, distribution);
    }

    private static StockApt client(String name, String distribution) throws Exception {
        return new StockApt(
                directory.resolve("client-" + name),
                "deb [signed-by=" + keyring + "] " + repository.address() + "/apt/" + distribution + " " + distribution
                        + " main");
    }

    private static void define(String name, boolean uploads) throws Exception {
        post("/v1/distributions", definition(name, "[\"debian\"]", uploads));
        assertThat(get("/apt/" + name + "/dists/" + name + "/InRelease").statusCode())
                .isEqualTo(200);
    }

    private static String definition(String name, String mirrors, boolean uploads) {
        return """
                {"name":"%1$s","mirrors":%2$s,"uploads":%3$s,"verbatim":false,"components":["main"],
                 "architectures":["amd64"],"open":true,"release":{"origin":"Test","label":"Test","suite":"%1$s",
                 "codename":"%1$s","description":"made for a test"}}""".formatted(name, mirrors, uploads);
    }

    private static void synchronize() throws Exception {
        HttpResponse<String> answer = repository.post("/v1/mirrors/debian/sync", "{\"packages\":[]}");
        assertThat(answer.body()).contains("\"done\":true");
    }

    private static void post(String path, String json) throws Exception {
        HttpResponse<String> answer = repository.post(path, json);
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    }

    private static HttpResponse<byte[]> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(repository.address() + path))
                                .build(),
                        BodyHandlers.ofByteArray());
    }
}

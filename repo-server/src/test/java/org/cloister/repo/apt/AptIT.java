package org.cloister.repo.apt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cloister.repo.RepoServices;
import org.cloister.repo.RunningRepository;
import org.cloister.repo.TestTrees;
import org.cloister.repo.TinyDeb;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Stock apt as a client of the whole server. */
@NullMarked
class AptIT {
    private static Path directory;
    private static RunningRepository repository;
    private static Path keyring;

    @BeforeAll
    static void start() throws Exception {
        directory = RepoServices.directory("apt");
        repository = new RunningRepository(directory.resolve("repo"), "none");
        keyring = directory.resolve("cloister.asc");
        Files.write(keyring, get("/apt/key.asc"));
    }

    @AfterAll
    static void stop() {
        repository.close();
    }

    @Test
    void whatIsPublishedIsInstalledAndUpgradedByStockApt() throws Exception {
        define("fresh", true);
        StockApt apt = client("fresh", "fresh");
        assertThat(apt.update()).contains("fresh InRelease");
        byte[] first = TinyDeb.of("hello", "1.0-1", "libhello (>= 1.0)");
        assertThat(repository.publish(first).statusCode()).isEqualTo(201);
        publish("libhello", "1:1.0+b1-1~x", "");
        apt.update();
        apt.install("hello");
        assertThat(apt.installed("usr/share/hello")).hasContent("hello 1.0-1\n");
        assertThat(apt.installed("usr/share/libhello")).exists();

        publish("hello", "1.1-1", "");
        apt.update();
        apt.must("apt-get", "-y", "upgrade");
        assertThat(apt.installed("usr/share/hello")).hasContent("hello 1.1-1\n");
        apt.must("apt-get", "download", "libhello", "hello=1.0-1");
        assertThat(apt.downloads().resolve("hello_1.0-1_all.deb")).hasBinaryContent(first);
        assertThat(apt.update()).as("nothing new").doesNotContain("Get:");
    }

    @Test
    void aDistributionIsPromotedAndRolledBack() throws Exception {
        define("edge", true);
        define("solid", false);
        publish("mover", "1", "");
        long first = promote("edge", "solid");
        StockApt apt = client("solid", "solid");
        apt.update();
        assertThat(apt.candidate("mover")).isEqualTo("1");
        publish("mover", "2", "");
        apt.update();
        assertThat(apt.candidate("mover")).isEqualTo("1");
        promote("edge", "solid");
        apt.update();
        assertThat(apt.candidate("mover")).isEqualTo("2");
        change("solid", "rollbacks", "{\"to\":" + first + ",\"reason\":\"a test\"}");
        apt.update();
        assertThat(apt.candidate("mover")).isEqualTo("1");
        JsonNode difference = json(repository.get("/v1/distributions/solid/differences?with=edge"));
        assertThat(difference.path("changed").toString()).contains("\"before\":\"1\",\"after\":\"2\"");
    }

    @Test
    void anyPastStateIsServedAsItWasByteForByteAlsoWhenItsFilesAreGone() throws Exception {
        Path state = directory.resolve("past");
        List<String> then;
        byte[] index;
        long position;
        try (RunningRepository past = new RunningRepository(state, "none")) {
            post(past, "/v1/distributions", definition("dated", true, true));
            position = json(past.publish(TinyDeb.of("old", "1", "")))
                    .path("position")
                    .asLong();
            then = signed(past, "/apt/dated/");
            index = get(past, "/apt/dated/dists/dated/main/binary-amd64/Packages.zst");
            past.publish(TinyDeb.of("new", "1", ""));
            assertThat(signed(past, "/apt/dated/")).isNotEqualTo(then);
            assertThat(signed(past, "/apt/dated@" + position + "/")).isEqualTo(then);
        }
        TestTrees.delete(state.resolve("apt/published"));
        TestTrees.delete(state.resolve("apt/files"));
        try (RunningRepository past = new RunningRepository(state, "none")) {
            assertThat(signed(past, "/apt/dated@" + position + "/")).isEqualTo(then);
            assertThat(get(past, "/apt/dated@" + position + "/dists/dated/main/binary-amd64/Packages.zst"))
                    .isEqualTo(index);
            StockApt apt = new StockApt(
                    directory.resolve("dated"), source(past, "dated@" + position, "dated", keyringOf(past)));
            apt.update();
            assertThat(apt.candidate("old")).isEqualTo("1");
            assertThat(apt.run("apt-cache", "policy", "new").output()).doesNotContain("Candidate: 1");
            assertThat(status(past, "/apt/dated@999999/dists/dated/InRelease")).isEqualTo(404);
            assertThat(status(past, "/apt/dated@0/dists/dated/InRelease")).isEqualTo(404);
        }
    }

    @Test
    void aYankedOrExcludedPackageIsNotOffered() throws Exception {
        define("tidy", true);
        publish("bad", "1", "");
        publish("worse", "1", "");
        StockApt apt = client("tidy", "tidy");
        apt.update();
        assertThat(apt.candidate("bad")).isEqualTo("1");
        post(repository, "/v1/packages/bad/1/all/yank", "{\"reason\":\"a test\"}");
        change("tidy", "exclusions", "{\"packages\":[\"worse\"],\"reason\":\"a test\"}");
        apt.update();
        assertThat(apt.candidate("bad")).isEqualTo("(none)");
        assertThat(apt.candidate("worse")).isEqualTo("(none)");
        change("tidy", "inclusions", "{\"packages\":[\"worse\"]}");
        apt.update();
        assertThat(apt.candidate("worse")).isEqualTo("1");
    }

    @Test
    void aClosedDistributionIsReadWithATokenInAuthConf() throws Exception {
        post(repository, "/v1/distributions", definition("closed", true, false));
        publish("secret", "1", "");
        StockApt apt = client("closed", "closed");
        StockApt.Result refused = apt.run("apt-get", "update");
        assertThat(refused.output()).contains("401");
        URI address = repository.address();
        apt.login("http://" + address.getAuthority() + "/apt/closed", repository.token());
        apt.update();
        apt.install("secret");
        assertThat(apt.installed("usr/share/secret")).exists();
    }

    @Test
    void gnupgTakesBothSignatures() throws Exception {
        define("signed", false);
        Path ring = directory.resolve("key.gpg");
        Files.write(ring, get("/apt/key.gpg"));
        Path inRelease = directory.resolve("InRelease");
        Path release = directory.resolve("Release");
        Path signature = directory.resolve("Release.gpg");
        Files.write(inRelease, get("/apt/signed/dists/signed/InRelease"));
        Files.write(release, get("/apt/signed/dists/signed/Release"));
        Files.write(signature, get("/apt/signed/dists/signed/Release.gpg"));
        gpgv("--keyring", ring.toString(), inRelease.toString());
        gpgv("--keyring", ring.toString(), signature.toString(), release.toString());
        assertThat(Files.getPosixFilePermissions(directory.resolve("repo/apt/signing-key.asc")))
                .hasSize(2);
    }

    private static void gpgv(String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("gpgv"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("Good signature");
    }

    private static StockApt client(String distribution, String name) throws IOException {
        return new StockApt(
                directory.resolve("client-" + name), source(repository, distribution, distribution, keyring));
    }

    private static String source(RunningRepository of, String distribution, String suite, Path key) {
        return "deb [signed-by=" + key + "] " + of.address() + "/apt/" + distribution + " " + suite + " main";
    }

    private static Path keyringOf(RunningRepository of) throws Exception {
        return Files.write(directory.resolve("past.asc"), get(of, "/apt/key.asc"));
    }

    private static void define(String name, boolean uploads) throws Exception {
        post(repository, "/v1/distributions", definition(name, uploads, true));
    }

    static String definition(String name, boolean uploads, boolean open) {
        return """
                {"name":"%s","mirrors":[],"uploads":%s,"verbatim":false,"components":["main"],
                 "architectures":["amd64"],"open":%s,"release":{"origin":"Test","label":"Test","suite":"%s",
                 "codename":"%s","description":"made for a test","validDays":null,
                 "address":"https://repo.example.org"}}""".formatted(name, uploads, open, name, name);
    }

    private static void publish(String name, String version, String depends) throws Exception {
        HttpResponse<String> answer = repository.publish(TinyDeb.of(name, version, depends));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private static long promote(String from, String to) throws Exception {
        return change(to, "promotions", "{\"from\":\"" + from + "\"}")
                .path("position")
                .asLong();
    }

    private static JsonNode change(String name, String operation, String body) throws Exception {
        return post(repository, "/v1/distributions/" + name + "/" + operation, body);
    }

    private static JsonNode post(RunningRepository to, String path, String body) throws Exception {
        HttpResponse<String> answer = to.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return json(answer);
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return RunningRepository.json(answer);
    }

    private static List<String> signed(RunningRepository from, String base) throws Exception {
        String dists = base + "dists/dated/";
        List<String> texts = new java.util.ArrayList<>();
        for (String name : List.of("InRelease", "Release", "Release.gpg")) {
            texts.add(new String(get(from, dists + name), java.nio.charset.StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static byte[] get(String path) throws Exception {
        return get(repository, path);
    }

    private static byte[] get(RunningRepository from, String path) throws Exception {
        HttpResponse<byte[]> answer = plain(from, path);
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return answer.body();
    }

    private static int status(RunningRepository from, String path) throws Exception {
        return plain(from, path).statusCode();
    }

    /** Without a token. */
    private static HttpResponse<byte[]> plain(RunningRepository from, String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(from.address() + path)).build(), BodyHandlers.ofByteArray());
    }
}

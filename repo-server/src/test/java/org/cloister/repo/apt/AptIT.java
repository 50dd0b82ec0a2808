package org.cloister.repo.apt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
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

    @Test
    void partsConditionsAndHeadsAreAnsweredAsAptAsks() throws Exception {
        define("parts", true);
        publish("part", "1+b1", "");
        String path = "/apt/parts/" + filename("parts", "part");
        byte[] whole = get(path);
        HttpResponse<byte[]> head = send(path, "HEAD");
        String modified = head.headers().firstValue("last-modified").orElseThrow();
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains(String.valueOf(whole.length));
        assertThat(head.headers().firstValue("cache-control").orElseThrow()).contains("immutable");
        assertThat(send(path.replace("+", "%2b"), "GET").body()).isEqualTo(whole);
        assertThat(send(path, "GET", "Accept", "text/*", "Accept-Encoding", "gzip")
                        .body())
                .isEqualTo(whole);
        assertThat(send(path, "GET", "If-Modified-Since", modified).statusCode())
                .isEqualTo(304);
        assertThat(send(path, "GET", "If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<byte[]> rest = send(path, "GET", "Range", "bytes=100-", "If-Range", modified);
        assertThat(rest.statusCode()).isEqualTo(206);
        assertThat(rest.body()).isEqualTo(Arrays.copyOfRange(whole, 100, whole.length));
        assertThat(send(path, "GET", "Range", "bytes=100-", "If-Range", "Thu, 01 Jan 1970 00:00:00 GMT")
                        .body())
                .isEqualTo(whole);
        HttpResponse<byte[]> outside = send(path, "GET", "Range", "bytes=" + whole.length + "-", "If-Range", modified);
        assertThat(outside.statusCode()).isEqualTo(416);
        assertThat(outside.headers().firstValue("content-range")).contains("bytes */" + whole.length);
        String inRelease = "/apt/parts/dists/parts/InRelease";
        HttpResponse<byte[]> first = send(inRelease, "GET");
        assertThat(first.headers().firstValue("cache-control")).contains("no-cache");
        publish("part", "2", "");
        assertThat(send(
                                inRelease,
                                "GET",
                                "If-Modified-Since",
                                first.headers().firstValue("last-modified").orElseThrow())
                        .statusCode())
                .as("a change within the same second has another date")
                .isEqualTo(200);
        assertThat(send(path, "POST").statusCode()).isEqualTo(405);
    }

    @Test
    void aByHashFileThatIsNoLongerCurrentIsStillServed() throws Exception {
        define("kept", true);
        String gz = digest("kept", "main/binary-amd64/Packages.gz");
        publish("later", "1", "");
        assertThat(digest("kept", "main/binary-amd64/Packages.gz")).isNotEqualTo(gz);
        String old = "/apt/kept/dists/kept/main/binary-amd64/by-hash/SHA256/" + gz;
        assertThat(Digest.of(get(old)).hex()).isEqualTo(gz);
    }

    @Test
    void tenRequestsOnOneConnectionAreAnsweredInTheirOrder() throws Exception {
        define("pipe", true);
        publish("pipe", "1", "");
        String deb = "/apt/pipe/" + filename("pipe", "pipe");
        List<String> paths = List.of(
                deb,
                "/apt/pipe/dists/pipe/InRelease",
                "/apt/pipe/dists/pipe/nothing",
                "/apt/pipe/dists/pipe/main/binary-amd64/Packages.gz",
                deb,
                "/apt/none/x",
                "/apt/key.asc",
                "/apt/pipe/dists/pipe/Release",
                "/healthz",
                deb);
        StringBuilder requests = new StringBuilder();
        paths.forEach(path -> requests.append("GET ").append(path).append(" HTTP/1.1\r\nHost: x\r\n\r\n"));
        try (Socket socket = new Socket("127.0.0.1", repository.address().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(requests.toString().getBytes(StandardCharsets.US_ASCII));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (String path : paths) {
                HttpResponse<byte[]> expected = send(path, "GET");
                assertThat(answer(in)).as(path).isEqualTo(expected.statusCode() + " " + hash(expected.body()));
            }
        }
    }

    private static String answer(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        Matcher length = Pattern.compile("(?i)content-length: ([0-9]+)").matcher(head);
        assertThat(length.find()).as(head.toString()).isTrue();
        return head.substring(9, 12) + " " + hash(in.readNBytes(Integer.parseInt(length.group(1))));
    }

    private static String hash(byte[] bytes) {
        return Digest.of(bytes).hex();
    }

    @Test
    void noPathIsTheServersFaultOrLeadsOutOfADistribution() throws Exception {
        define("fuzz", true);
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        List<String> parts = List.of(
                "fuzz",
                "fuzz@1",
                "fuzz@99999999999999999999",
                "fuzz@2026-01-01T00:00:00Z",
                "fuzz@",
                "fuzz@20991231T235959Z",
                "dists",
                "pool",
                "..",
                ".",
                "%2e%2e",
                "%2f",
                "%",
                "%zz",
                "%00",
                "",
                "by-hash",
                "SHA256",
                "MD5Sum",
                "main",
                "binary-amd64",
                "InRelease",
                "Packages",
                "Packages.gz",
                "key.asc",
                "+",
                "%2b",
                "~",
                "a".repeat(300),
                "0".repeat(64),
                "%c3%a9",
                "etc",
                "passwd",
                "signing-key.asc",
                "files",
                "published",
                "?x=1",
                "#",
                "*");
        try (Socket probe = new Socket("127.0.0.1", repository.address().getPort())) {
            probe.setSoTimeout(20_000);
            InputStream in = new BufferedInputStream(probe.getInputStream());
            for (int i = 0; i < 3_000; i++) {
                StringBuilder path = new StringBuilder("/apt");
                for (int depth = random.nextInt(9); depth >= 0; depth--) {
                    path.append('/').append(parts.get(random.nextInt(parts.size())));
                }
                probe.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                String answer = answer(in);
                assertThat(answer.substring(0, 3))
                        .as("seed " + seed + ": " + path)
                        .isIn("200", "404");
            }
        }
    }

    private static String filename(String distribution, String name) throws Exception {
        byte[] index = get("/apt/" + distribution + "/dists/" + distribution + "/InRelease");
        assertThat(index).isNotEmpty();
        String packages = new String(
                new GZIPInputStream(new ByteArrayInputStream(get(
                                "/apt/" + distribution + "/dists/" + distribution + "/main/binary-amd64/Packages.gz")))
                        .readAllBytes(),
                StandardCharsets.UTF_8);
        return packages.lines()
                .filter(line -> line.startsWith("Filename: ") && line.contains("/" + name + "_"))
                .map(line -> line.substring("Filename: ".length()))
                .findFirst()
                .orElseThrow();
    }

    private static String digest(String distribution, String file) throws Exception {
        String release =
                new String(get("/apt/" + distribution + "/dists/" + distribution + "/Release"), StandardCharsets.UTF_8);
        return release.lines()
                .filter(line -> line.endsWith(" " + file))
                .map(line -> line.strip().split(" ")[0])
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<byte[]> send(String path, String method, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(repository.address() + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void gpgv(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("gpgv"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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
        List<String> texts = new ArrayList<>();
        for (String name : List.of("InRelease", "Release", "Release.gpg")) {
            texts.add(new String(get(from, dists + name), StandardCharsets.UTF_8));
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

package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cloister.repo.deb.LargeImport;
import org.cloister.repo.deb.SampleDeb;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Publishing over HTTP, as a script, a broken network or a hostile client does it. */
class PublishIT {
    private final Path state = RepoServices.directory("publish");
    private final Path pool = state.resolve("pool");

    PublishIT() throws IOException {}

    @Test
    void whatIsRefusedIsExplainedAndLeavesNothing() throws Exception {
        byte[] good = new SampleDeb().file("./usr/share/x", "1").bytes();
        byte[] flipped = good.clone();
        flipped[good.length - 20] ^= 1;
        Map<String, byte[]> bad = new LinkedHashMap<>();
        bad.put("not-a-package nothing", new byte[0]);
        bad.put("not-a-package text", "hello".getBytes(StandardCharsets.US_ASCII));
        bad.put("not-a-package truncated", Arrays.copyOf(good, good.length / 2));
        bad.put("not-a-package last byte", Arrays.copyOf(good, good.length - 1));
        bad.put("not-a-package flipped", flipped);
        bad.put("path-escapes up", new SampleDeb().file("../etc/passwd", "x").bytes());
        bad.put(
                "path-escapes through a link",
                new SampleDeb()
                        .symlink("./a", "/../..")
                        .file("./a/etc/passwd", "x")
                        .bytes());
        bad.put(
                "path-escapes hard link",
                new SampleDeb().hardLink("./x", "../../etc/shadow").bytes());
        bad.put(
                "duplicate-entry",
                new SampleDeb().file("./x", "1").file("./x", "2").bytes());
        bad.put(
                "expands-too-far",
                new SampleDeb().binary("./zeros", new byte[200 << 20]).bytes());
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            long head = head(repository);
            Set<String> before = files();
            for (Map.Entry<String, byte[]> each : bad.entrySet()) {
                HttpResponse<String> answer = repository.publish(each.getValue());
                JsonNode problem = RunningRepository.json(answer);
                assertThat(answer.statusCode())
                        .as(each.getKey() + answer.body())
                        .isEqualTo(422);
                assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
                assertThat(problem.at("/type").asText())
                        .as(each.getKey())
                        .isEqualTo("urn:cloister:problem:" + each.getKey().split(" ")[0]);
                assertThat(problem.at("/detail").asText()).isNotBlank();
                assertThat(problem.at("/remedy").asText()).isNotBlank();
                assertThat(files()).as(each.getKey()).isEqualTo(before);
            }
            assertThat(head(repository)).isEqualTo(head);
            assertThat(repository.publish(good).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void anUploadThatBreaksOffLeavesNothingAndASlowOneIsTaken() throws Exception {
        byte[] good = new SampleDeb().file("./usr/share/x", "1").bytes();
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            Set<String> before = files();
            for (int part : new int[] {0, 1, good.length / 2, good.length - 1}) {
                try (Socket socket =
                        new Socket("127.0.0.1", repository.address().getPort())) {
                    begin(socket, repository.token(), good.length).write(good, 0, part);
                    await().atMost(Duration.ofSeconds(20)).until(() -> !files().equals(before));
                }
                await().atMost(Duration.ofSeconds(20)).until(() -> files().equals(before));
            }
            try (Socket socket = new Socket("127.0.0.1", repository.address().getPort())) {
                OutputStream out = begin(socket, repository.token(), good.length);
                for (byte one : good) {
                    out.write(one);
                    out.flush();
                }
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 201");
            }
        }
    }

    private static OutputStream begin(Socket socket, String token, int length) throws IOException {
        OutputStream out = socket.getOutputStream();
        String head = "POST /v1/packages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/vnd.debian.binary-package\r\nContent-Length: " + length
                + "\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.flush();
        return out;
    }

    @Test
    void manyWhoPublishTheSameFileAtOncePublishItOnce() throws Exception {
        byte[] deb = new SampleDeb().file("./usr/share/x", "1").bytes();
        ExecutorService clients = Executors.newFixedThreadPool(8);
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            long head = head(repository);
            List<Callable<Integer>> uploads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                uploads.add(() -> repository.publish(deb).statusCode());
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> upload : clients.invokeAll(uploads)) {
                answers.add(upload.get());
            }
            assertThat(answers).containsOnly(200, 201).containsOnlyOnce(201);
            assertThat(head(repository)).isEqualTo(head + 1);
        } finally {
            clients.shutdownNow();
        }
    }

    @Test
    void aFullDiskIsToldAndNothingIsKeptOfTheUpload() throws Exception {
        Files.createDirectories(pool);
        Assumptions.assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", pool.toString()) == 0,
                "skipped: mounting a small file system needs root");
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            Set<String> before = files();
            byte[] large = new byte[6 << 20];
            new java.util.Random(1).nextBytes(large);
            HttpResponse<String> answer = repository.publish(
                    new SampleDeb().compressed("", "").binary("./large", large).bytes());

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(507);
            assertThat(answer.body()).contains("urn:cloister:problem:storage-full");
            assertThat(files()).isEqualTo(before);
            byte[] small = new SampleDeb().file("./usr/share/x", "1").bytes();
            assertThat(repository.publish(small).statusCode()).isEqualTo(201);
        } finally {
            run("umount", pool.toString());
        }
    }

    @Test
    void oneGibibyteIsTakenByAServerOf256MebibytesOfHeap() throws Exception {
        Path deb = Files.createTempFile(Files.createDirectories(state), "large", ".deb");
        LargeImport.write(deb, 1L << 30);
        Path small = state.resolve("server");
        try (ServerProcess server = new ServerProcess(Files.createDirectories(small))) {
            await().atMost(Duration.ofMinutes(2)).until(server::isReady);
            HttpResponse<String> answer = server.send(server.request("/v1/packages")
                    .timeout(Duration.ofMinutes(10))
                    .header("Authorization", "Bearer " + server.adminToken())
                    .header("Content-Type", "application/vnd.debian.binary-package")
                    .POST(HttpRequest.BodyPublishers.ofFile(deb))
                    .build());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        } finally {
            TestTrees.delete(small);
            Files.delete(deb);
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    }

    private static long head(RunningRepository repository) throws Exception {
        return RunningRepository.json(repository.get("/v1/status")).at("/head").asLong();
    }

    /** What the pool holds. */
    private Set<String> files() throws IOException {
        try (Stream<Path> found = Files.walk(pool)) {
            return found.filter(Files::isRegularFile)
                    .map(file -> pool.relativize(file).toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}

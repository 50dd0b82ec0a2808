package org.cloister.agent.bench.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cloister.events.codec.EventCodec;

/** The repository as a person starts it, with embedded PostgreSQL and Kafka, in a process of its own; and what an administrator asks of it. */
final class FleetServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int STOP_SECONDS = 60;
    private static final long LOOK_MILLIS = 100;

    private final Path program;
    private final Path state;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private volatile Process process;

    /** @param program {@code bin/repo-server} */
    FleetServer(Path program, Path state) throws IOException, InterruptedException {
        this.program = program;
        this.state = state;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.process = launch();
        awaitReady();
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(program.toString(), "--state", state.toString(), "--port", Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        state.resolveSibling("repo-server.log").toFile()))
                .start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (!isReady()) {
            if (!process.isAlive() || System.nanoTime() - end > 0) {
                throw new IOException(
                        "the repository doesn't start: " + Files.readString(state.resolveSibling("repo-server.log")));
            }
            Thread.sleep(LOOK_MILLIS);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(address() + "/readyz")).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    String address() {
        return "http://127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** kill -9, and another start; returns when it is ready. */
    void killAndStart() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = launch();
        awaitReady();
    }

    String adminToken() throws IOException {
        return Files.readString(state.resolve("admin.token")).strip();
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(address() + path))
                .timeout(Duration.ofMinutes(10))
                .header("Authorization", "Bearer " + adminToken());
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        return EventCodec.json().readTree(text(path));
    }

    String text(String path) throws IOException, InterruptedException {
        return successful(http.send(request(path).GET().build(), BodyHandlers.ofString()));
    }

    /** The caller closes it. */
    InputStream stream(String path) throws IOException, InterruptedException {
        return http.send(request(path).GET().build(), BodyHandlers.ofInputStream())
                .body();
    }

    String post(String path, String type, byte[] body) throws IOException, InterruptedException {
        return successful(http.send(
                request(path)
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofString()));
    }

    private static String successful(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    answer.request().uri() + " was answered with " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }

    /** A token with which hosts enrol. */
    String enrolmentToken() throws IOException, InterruptedException {
        byte[] order =
                "{\"principal\":\"enroller\",\"roles\":[\"agent\",\"builder\"]}".getBytes(StandardCharsets.UTF_8);
        return EventCodec.json()
                .readTree(post("/v1/tokens", "application/json", order))
                .path("token")
                .asText();
    }

    /** What the log's own check says at the end. */
    JsonNode verified() throws IOException, InterruptedException {
        List<String> lines = post("/v1/audit/verify", "application/json", "{}".getBytes(StandardCharsets.UTF_8))
                .lines()
                .toList();
        return EventCodec.json().readTree(lines.get(lines.size() - 1));
    }

    /** Resident memory of the process, of PostgreSQL's and Kafka's nothing; MiB, 0 while it isn't there. */
    long residentMiB() {
        return mebibytes("VmRSS:");
    }

    private long mebibytes(String field) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid() + "/status")).stream()
                            .filter(line -> line.startsWith(field))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    / 1024;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Processor time of its process so far, without PostgreSQL's and Kafka's; 0 while it isn't there. */
    double processorSeconds() {
        return ProcessHandle.of(pid())
                        .flatMap(handle -> handle.info().totalCpuDuration())
                        .orElse(Duration.ZERO)
                        .toMillis()
                / 1e3;
    }

    /** Used bytes of its Java heap, garbage included, as its metrics tell; MiB. */
    long heapMiB() throws IOException, InterruptedException {
        double bytes = text("/metrics")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{") && line.contains("area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
        return Math.round(bytes / (1 << 20));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}

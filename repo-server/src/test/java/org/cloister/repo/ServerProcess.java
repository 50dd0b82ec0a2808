package org.cloister.repo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The real server in a process of its own, with its embedded services or with others', to be killed at any moment. */
final class ServerProcess implements AutoCloseable {
    private final Path state;
    private final List<String> options;
    private final Map<String, String> environment;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private Process process;

    ServerProcess(Path state) throws IOException {
        this(state, List.of(), Map.of());
    }

    ServerProcess(Path state, List<String> options, Map<String, String> environment) throws IOException {
        this.state = state;
        this.options = List.copyOf(options);
        this.environment = Map.copyOf(environment);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.process = launch();
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RepoServerMain.class.getName(),
                "--state",
                state.toString(),
                "--port",
                Integer.toString(port)));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        state.resolveSibling("server.log").toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    boolean isReady() {
        try {
            return http.send(request("/readyz").build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(40));
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    String adminToken() throws IOException {
        return Files.readString(state.resolve("admin.token")).strip();
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Another start of one that was killed. */
    void startAgain() throws IOException {
        process = launch();
    }

    /** @param signal such as {@code STOP} */
    void signal(String signal) throws IOException, InterruptedException {
        int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("no signal " + signal + " for process " + pid());
        }
    }

    /** kill -9 of the server, and another start at once. */
    void killServer() throws IOException, InterruptedException {
        process.destroyForcibly().waitFor();
        process = launch();
    }

    /** kill -9; false if it isn't running at the moment. */
    boolean killPostgres() throws IOException {
        Path pidFile = state.resolve("postgres/data/postmaster.pid");
        if (!Files.exists(pidFile)) {
            return false;
        }
        long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
        return process.children()
                .filter(child -> child.pid() == pid)
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    /** kill -9; false if it isn't running at the moment. */
    boolean killKafka() {
        return process.children()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    /** SIGTERM; returns the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    /** What it said so far. */
    static String said(Path state) throws IOException {
        return Files.readString(state.resolveSibling("server.log"));
    }

    /** Stops in order. */
    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}

package org.cloister.repo.s3;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Assumptions;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A real object store: Debian's OpenStack Swift with its S3 API, which keeps what it has in a directory. Its listings have pages of three
 * keys. It ends with this JVM.
 */
@NullMarked
public final class SwiftServer implements AutoCloseable {
    private static final Path INSTALLED = Path.of("/usr/lib/python3/dist-packages/swift/common/wsgi.py");
    private static final String BUCKET = "cloister";
    private static final String ACCESS = "pool:tester";
    private static final String SECRET = "secret";

    private final Path directory;
    private final List<Integer> ports;
    private Process process;

    private SwiftServer(Path directory, List<Integer> ports) throws IOException {
        this.directory = directory;
        this.ports = ports;
        this.process = launch();
    }

    /** With one empty bucket. Skips the test where it isn't installed. */
    public static SwiftServer start(Path directory) throws IOException {
        Assumptions.assumeTrue(
                Files.exists(INSTALLED), "skipped: needs Debian's package python3-swift, which bin/test installs");
        SwiftServer server = new SwiftServer(Files.createDirectories(directory), freePorts());
        server.bucket(BUCKET);
        return server;
    }

    private S3Client client() {
        return S3Client.builder()
                .endpointOverride(URI.create(endpoint()))
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS, SECRET)))
                .build();
    }

    /** A new empty one. */
    public S3Settings bucket(String name) {
        try (S3Client client = client()) {
            client.createBucket(request -> request.bucket(name));
        }
        return S3Settings.of("s3://" + name, endpoint(), "us-east-1", "path", ACCESS, SECRET);
    }

    /** With all that is in it. */
    public void removeBucket(String name) {
        try (S3Client client = client()) {
            client.listObjectsV2Paginator(request -> request.bucket(name))
                    .contents()
                    .forEach(each ->
                            client.deleteObject(request -> request.bucket(name).key(each.key())));
            client.deleteBucket(request -> request.bucket(name));
        }
    }

    private static List<Integer> freePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }

    private Process launch() throws IOException {
        List<String> command =
                new ArrayList<>(List.of("/usr/bin/python3", program().toString(), directory.toString()));
        ports.forEach(port -> command.add(port.toString()));
        Path log = directory.resolve("swift.log");
        Process started = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
        if (!"ready".equals(said.readLine())) {
            throw new IOException("Swift didn't start: " + Files.readString(log));
        }
        return started;
    }

    private static Path program() {
        try {
            return Path.of(Objects.requireNonNull(SwiftServer.class.getResource("/swift/swift-server.py"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return ports.get(0);
    }

    private String endpoint() {
        return "http://127.0.0.1:" + port();
    }

    public S3Settings settings(String prefix) {
        return settings(prefix, port());
    }

    /** @param port of whatever is between */
    public S3Settings settings(String prefix, int port) {
        return S3Settings.of(
                "s3://" + BUCKET + "/" + prefix, "http://127.0.0.1:" + port, "us-east-1", "path", ACCESS, SECRET);
    }

    /** Other bytes under a key, as a disk that rots leaves them. */
    public void overwrite(String prefix, String key, byte[] bytes) throws IOException {
        try (Bucket bucket = new Bucket(settings(prefix))) {
            bucket.put(key, bytes);
        }
    }

    /** All keys below a prefix. */
    public List<String> keys(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        try (Bucket bucket = new Bucket(settings(prefix))) {
            bucket.list("", (key, stat) -> keys.add(key));
        }
        return keys;
    }

    /** kill -9. */
    public void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    /** After {@link #kill}, with what it had. */
    public void startAgain() throws IOException {
        process = launch();
    }

    @Override
    public void close() {
        kill();
    }
}

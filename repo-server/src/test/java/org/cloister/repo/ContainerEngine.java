package org.cloister.repo;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Looks for images in the engine of this machine, and for nothing else: a test with containers must never wait for a pull. */
public final class ContainerEngine {
    private static final String DEFAULT = "unix:///var/run/docker.sock";

    private ContainerEngine() {}

    /** Skips the test with the reason, at once, unless a local engine has {@code image}. */
    public static void assumeImage(String image) {
        String host = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse(DEFAULT);
        assumeTrue(host.startsWith("unix://"), "skipped: only a local container engine is asked, not " + host);
        Path socket = Path.of(host.substring("unix://".length()));
        assumeTrue(Files.exists(socket), "skipped: no container engine listens at " + socket);
        String status = status(socket, "/images/" + image + "/json");
        assumeTrue(
                status.contains(" 200 "), "skipped: the container engine has no image " + image + " (" + status + ")");
    }

    /** The first line of the answer, or what went wrong. */
    private static String status(Path socket, String resource) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(StandardCharsets.US_ASCII.encode("GET " + resource + " HTTP/1.0\r\nHost: engine\r\n\r\n"));
            ByteBuffer answer = ByteBuffer.allocate(200);
            while (answer.hasRemaining() && channel.read(answer) >= 0) {
                // until there is enough for the status
            }
            String text = StandardCharsets.UTF_8.decode(answer.flip()).toString();
            return text.lines().findFirst().orElse("it answers nothing");
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}

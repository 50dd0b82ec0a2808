package org.cloister.repo;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Looks for images in the engine of this machine, and for nothing else: a test with containers must never wait for a pull. */
final class ContainerEngine implements ExecutionCondition {
    private static final String LOCAL = "unix://";
    private static final String DEFAULT = LOCAL + "/var/run/docker.sock";

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String[] images = context.getRequiredTestClass()
                .getAnnotation(RequiresImage.class)
                .value();
        String host = Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse(DEFAULT);
        if (!host.startsWith(LOCAL)) {
            return ConditionEvaluationResult.disabled("skipped: only a local container engine is asked, not " + host);
        }
        Path socket = Path.of(host.substring(LOCAL.length()));
        if (!Files.exists(socket)) {
            return ConditionEvaluationResult.disabled("skipped: no container engine listens at " + socket);
        }
        for (String image : images) {
            String status = status(socket, "/images/" + image + "/json");
            if (!status.contains(" 200 ")) {
                return ConditionEvaluationResult.disabled(
                        "skipped: the container engine has no image " + image + " (" + status + ")");
            }
        }
        return ConditionEvaluationResult.enabled("the container engine has " + String.join(", ", images));
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

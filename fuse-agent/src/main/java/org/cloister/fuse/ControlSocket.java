package org.cloister.fuse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The socket {@code fuse.sock} (docs/protocol.md): one JSON object a line in, one a line out. */
final class ControlSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    /** The agent and a few people; more is a loop somewhere. */
    private static final int MAX_CONNECTIONS = 32;

    private static final int MAX_LINE = 1 << 20;

    private final Path path;
    private final Operations operations;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
    private final ServerSocketChannel server;

    ControlSocket(Path path, Operations operations) throws IOException {
        this.path = path;
        this.operations = operations;
        Files.deleteIfExists(path);
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    /** Throws when another process serves {@code path}. A socket that nobody serves is left over and no obstacle. */
    static void refuseSecond(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new FileAlreadyExistsException(
                    channel.isConnected() ? path.toString() : "",
                    null,
                    "another fuse-agent serves this state; stop it first");
        } catch (ConnectException e) {
            LOG.debug("left over: {}", path, e);
        }
    }

    void start() {
        daemon("control", this::accept);
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                if (connections.tryAcquire()) {
                    daemon("control-client", () -> serve(client));
                } else {
                    client.close();
                }
            } catch (IOException e) {
                if (server.isOpen()) {
                    LOG.warn("control socket", e);
                }
            }
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(SocketChannel client) {
        try (client;
                BufferedReader lines = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
                OutputStream out = Channels.newOutputStream(client)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.write((JSON.writeValueAsString(answer(line)) + "\n").getBytes(StandardCharsets.UTF_8));
                out.flush();
                operations.answered();
            }
        } catch (IOException e) {
            LOG.debug("a control client left: {}", e.toString());
        } finally {
            connections.release();
        }
    }

    private ObjectNode answer(String line) {
        if (line.length() > MAX_LINE) {
            return refusal("the request is longer than " + MAX_LINE + " characters");
        }
        try {
            JsonNode request = JSON.readTree(line);
            return operations.answer(request);
        } catch (JsonProcessingException e) {
            return refusal("the request is not JSON: " + e.getOriginalMessage());
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("refused: {}", line, e);
            return refusal(String.valueOf(e.getMessage()));
        } catch (OutOfMemoryError e) {
            LOG.error("refused: {}", line, e);
            return refusal(
                    "there is not enough memory for it; give the daemon more (CLOISTER_FUSE_JAVA_OPTIONS=-Xmx…)");
        }
    }

    static ObjectNode refusal(String sentence) {
        return JSON.createObjectNode().put("ok", false).put("error", sentence);
    }

    static ObjectNode success() {
        return JSON.createObjectNode().put("ok", true);
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(path);
    }
}

package org.cloister.agent.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.cloister.events.Port;
import org.cloister.events.codec.EventCodec;

/** The API socket of a slirp4netns(1): one request and one answer, both JSON, for each connection. */
final class SlirpSocket {
    private static final int MAX_ANSWER = 64 * 1024;

    private final Path socket;

    SlirpSocket(Path socket) {
        this.socket = socket;
    }

    /** The host's port leads into the network. @return the number by which it is taken back */
    int forward(Port outside, String address, int inside) throws IOException {
        ObjectNode arguments = EventCodec.json().createObjectNode();
        arguments
                .put("proto", outside.protocol().text())
                .put("host_addr", "0.0.0.0")
                .put("host_port", outside.number())
                .put("guest_addr", address)
                .put("guest_port", inside);
        return ask("add_hostfwd", arguments).path("return").path("id").asInt();
    }

    void stop(int id) throws IOException {
        ask("remove_hostfwd", EventCodec.json().createObjectNode().put("id", id));
    }

    private JsonNode ask(String what, ObjectNode arguments) throws IOException {
        ObjectNode request = EventCodec.json().createObjectNode().put("execute", what);
        request.set("arguments", arguments);
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.shutdownOutput();
            InputStream in = Channels.newInputStream(channel);
            JsonNode answer = EventCodec.json().readTree(in.readNBytes(MAX_ANSWER));
            if (answer == null || answer.has("error")) {
                throw new IOException("slirp4netns refuses " + request + ": "
                        + (answer == null ? "no answer" : answer.path("error").toString()));
            }
            return answer;
        }
    }
}

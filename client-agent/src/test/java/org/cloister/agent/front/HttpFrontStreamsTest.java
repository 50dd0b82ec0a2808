package org.cloister.agent.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What takes long: WebSockets, answers that come in pieces, and who doesn't read what was sent. */
class HttpFrontStreamsTest {
    private static final long SECONDS = 20;
    /** Of all sockets on the way together; what the front itself held would have no limit. */
    private static final long MAX_UNDER_WAY = 64 << 20;

    private final Vertx vertx = Vertx.vertx();
    private ServerSocket plain;
    private HttpFront front;

    @BeforeEach
    void start() throws Exception {
        int echo = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxWebSocketFrameSize(1 << 20)
                        .setMaxWebSocketMessageSize(1 << 20))
                .webSocketHandler(socket -> {
                    socket.writeTextMessage(
                            socket.path() + " for " + socket.headers().get("X-Forwarded-Host") + " "
                                    + socket.headers().get("X-Forwarded-For"));
                    socket.binaryMessageHandler(socket::writeBinaryMessage);
                    socket.textMessageHandler(text -> socket.close((short) 4001, text));
                })
                .requestHandler(request -> request.response().setStatusCode(426).end("only WebSockets"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS)
                .actualPort();
        plain = new ServerSocket(0);
        front = HttpFront.start(0, name -> switch (name) {
            case "localhost" -> new HttpFront.Place("127.0.0.1", echo);
            case "plain" -> new HttpFront.Place("127.0.0.1", plain.getLocalPort());
            default -> null;
        });
    }

    @AfterEach
    void stop() throws Exception {
        front.close();
        plain.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
    }

    /** Keeps what comes. */
    private static final class Heard implements WebSocket.Listener {
        final BlockingQueue<Object> messages = new LinkedBlockingQueue<>();
        private ByteBuffer whole = ByteBuffer.allocate(1 << 20);
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            whole.put(part);
            if (last) {
                messages.add(whole.flip());
                whole = ByteBuffer.allocate(1 << 20);
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            messages.add(status + " " + reason);
            return null;
        }

        @Nullable
        Object next() throws InterruptedException {
            return messages.poll(SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void aWebSocketPassesBothWaysAndEndsAsTheServerSays() throws Exception {
        Heard heard = new Heard();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://localhost:" + front.port() + "/chat?room=1"), heard)
                .get(SECONDS, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("/chat for localhost:" + front.port() + " 127.0.0.1");
        ByteBuffer much = ByteBuffer.allocate(700_000);
        for (int i = 0; i < much.capacity(); i++) {
            much.put(i, (byte) (i * 31));
        }
        for (int times = 0; times < 3; times++) {
            socket.sendBinary(much.duplicate(), true).get(SECONDS, TimeUnit.SECONDS);
            assertThat(heard.next()).isEqualTo(much);
        }
        socket.sendText("enough", true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(heard.next()).isEqualTo("4001 enough");
    }

    @Test
    void aServerThatTakesNoWebSocketsAnswersForItself() throws IOException {
        try (Socket client = ask("GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n")) {
            assertThat(line(client.getInputStream())).startsWith("HTTP/1.1 426");
        }
    }

    @Test
    void whatAServerSendsInPiecesArrivesPieceByPiece() throws IOException {
        try (Socket client = ask("GET /log HTTP/1.1\r\nHost: plain.localhost\r\n\r\n");
                Socket server = plain.accept()) {
            OutputStream out = server.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nfirst\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = client.getInputStream();
            awaitLine(in, "first");
            out.write("7\r\nsecond\n\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            awaitLine(in, "second");
        }
    }

    @Test
    void aClientThatDoesNotReadHoldsTheServerUp() throws IOException {
        try (Socket client = ask("GET /big HTTP/1.1\r\nHost: plain.localhost\r\n\r\n");
                Socket server = plain.accept()) {
            server.getOutputStream()
                    .write("HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            mustStall(server.getOutputStream());
            assertThat(line(client.getInputStream())).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aServerThatDoesNotReadHoldsTheClientUp() throws IOException {
        try (Socket client = ask("POST /big HTTP/1.1\r\nHost: plain.localhost\r\nContent-Length: 9000000000\r\n\r\n");
                Socket server = plain.accept()) {
            mustStall(client.getOutputStream());
            assertThat(line(server.getInputStream())).startsWith("POST /big");
        }
    }

    private static void mustStall(OutputStream out) {
        AtomicLong written = new AtomicLong();
        Thread writer = new Thread(() -> {
            byte[] bytes = new byte[64 << 10];
            try {
                while (true) {
                    out.write(bytes);
                    written.addAndGet(bytes.length);
                }
            } catch (IOException e) {
                // The test is over.
            }
        });
        writer.setDaemon(true);
        writer.start();
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    long now = written.get();
                    assertThat(now).as("bytes that somebody holds").isLessThan(MAX_UNDER_WAY);
                    return now > 0 && before.getAndSet(now) == now;
                });
    }

    private Socket ask(String request) throws IOException {
        Socket client = new Socket("127.0.0.1", front.port());
        client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static void awaitLine(InputStream in, String expected) throws IOException {
        String line = line(in);
        while (!line.strip().equals(expected)) {
            line = line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            assertThat(next).as("ended after: %s", line).isNotNegative();
            line.append((char) next);
        }
        return line.toString();
    }
}

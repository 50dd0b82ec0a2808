package org.cloister.agent.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpFrontTest {
    private HttpServer server;
    private HttpFront front;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String said = exchange.getRequestMethod() + " " + exchange.getRequestURI() + " for "
                    + exchange.getRequestHeaders().getFirst("Host") + " from "
                    + exchange.getRequestHeaders().getFirst("X-Forwarded-For") + ": " + body.length + " bytes, "
                    + exchange.getRequestHeaders().getFirst("TE");
            exchange.getResponseHeaders().add("Set-Cookie", "a=1");
            exchange.getResponseHeaders().add("Set-Cookie", "b=2");
            byte[] answer = said.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        Map<String, HttpFront.Place> places = Map.of(
                "apache2",
                new HttpFront.Place("127.0.0.1", server.getAddress().getPort()),
                "down",
                new HttpFront.Place("127.0.0.1", nobody));
        front = HttpFront.start(0, places::get);
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        front.close();
        server.stop(0);
    }

    private String send(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", front.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aRootIsAskedByItsNameInWhateverWayThatIsWritten() throws IOException {
        for (String host : new String[] {"apache2.localhost", "apache2.cloister.internal", "APACHE2.localhost"}) {
            String named = host + ":" + front.port();
            assertThat(send("GET /a?b=c HTTP/1.1\r\nHost: " + named + "\r\nTE: trailers\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 201")
                    .contains("GET /a?b=c for " + named + " from 127.0.0.1: 0 bytes, null")
                    .contains("a=1")
                    .contains("b=2");
        }
    }

    @Test
    void aBodyPassesWithAndWithoutAKnownLength() throws IOException {
        String head = "POST / HTTP/1.1\r\nHost: apache2.localhost\r\nConnection: close\r\n";
        assertThat(send(head + "Content-Length: 5\r\n\r\nhello")).contains(": 5 bytes");
        assertThat(send(head + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n"))
                .contains(": 8 bytes");
    }

    @Test
    void aNameOfNobodyAndAServerThatIsDownAreTold() throws IOException {
        assertThat(send("GET / HTTP/1.1\r\nHost: <b>.localhost\r\nConnection: close\r\n\r\n"))
                .doesNotContain("<b>");
        assertThat(send("GET / HTTP/1.1\r\nHost: emacs.localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404")
                .contains("'emacs'");
        assertThat(send("GET / HTTP/1.1\r\nHost: down.localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 502")
                .contains("down doesn't answer");
    }

    @Test
    void aPortThatIsTakenIsRefusedWithItsNumber() {
        assertThatThrownBy(() -> HttpFront.start(front.port(), name -> null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("" + front.port());
    }
}

package org.cloister.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.cloister.agent.command.repository.RepositoryApi;
import org.cloister.agent.command.repository.Target;
import org.junit.jupiter.api.Test;

/** A repository of several processes, of which some are gone. */
class AddressesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void aListIsOneValueAndEachOfItIsAnAddress() {
        URI list = Addresses.parse(" http://a:1,https://b/x ");
        assertThat(list).hasToString("http://a:1,https://b/x");
        assertThat(Addresses.of(list).count()).isEqualTo(2);
        assertThat(Addresses.of(list).current()).isEqualTo(URI.create("http://a:1"));
        for (String wrong :
                new String[] {"", "http://a,", ",http://a", "http://a,ftp://b", "http://a, http://b", "a"}) {
            assertThatThrownBy(() -> Addresses.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theNextAddressIsAskedWhereNobodyListensAndIsKept() throws Exception {
        HttpServer server = answering("{\"head\":7}");
        try {
            URI list = Addresses.parse(goneAddress() + "," + address(server));
            Connection connection = new Connection(list, "t");
            assertThat(connection.sendJson("POST", "/v1/x?y=1", "{}", null, LIMIT))
                    .isEqualTo("{\"head\":7}");
            assertThat(connection.isReachable()).isTrue();
            RepositoryApi api = new RepositoryApi(HttpClient.newHttpClient(), list, "t");
            assertThat(api.get(Target.of("v1", "x")).path("head").asInt()).isEqualTo(7);
            assertThat(api.base()).isEqualTo(URI.create(address(server)));
        } finally {
            server.stop(0);
        }
    }

    @Test
    void whereNobodyAnswersAllAreNamed() throws Exception {
        URI list = Addresses.parse(goneAddress() + "," + goneAddress());
        Connection connection = new Connection(list, "t");

        assertThatThrownBy(() -> connection.getText("/v1/x", LIMIT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(list.toString());
        assertThat(connection.isReachable()).isFalse();
    }

    /** It was perhaps carried out: only who asked knows whether it may be sent again. */
    @Test
    void aCommandWithoutAKeyThatWasSentIsNotSentToTheNext() throws Exception {
        HttpServer broken = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        broken.createContext("/", exchange -> exchange.close());
        broken.start();
        HttpServer server = answering("{}");
        try {
            Connection connection = new Connection(Addresses.parse(address(broken) + "," + address(server)), "t");
            assertThatThrownBy(() -> connection.sendJson("POST", "/v1/x", "{}", null, LIMIT))
                    .isInstanceOf(IOException.class);
            Connection other = new Connection(Addresses.parse(address(broken) + "," + address(server)), "t");
            assertThat(other.sendJson("POST", "/v1/x", "{}", "key", LIMIT)).isEqualTo("{}");
        } finally {
            broken.stop(0);
            server.stop(0);
        }
    }

    private static HttpServer answering(String text) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static String goneAddress() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "http://127.0.0.1:" + free.getLocalPort();
        }
    }
}

package org.cloister.agent.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that asks for a certificate, and what machines are told of TLS. */
class TlsTrustTest {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    private static final String PASSWORD = "changeit";

    @TempDir
    static Path temp;

    private static HttpsServer server;

    @BeforeAll
    static void start() throws Exception {
        for (String name : new String[] {"server", "client", "stranger"}) {
            write(name);
        }
        SSLContext tls = trust("client", "server").context();
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setNeedClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    /** A key and a certificate that it signed itself, as PEM. */
    private static void write(String name) throws Exception {
        Path store = temp.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1,dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
        pem(name + ".pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
        pem(
                name + ".key",
                "PRIVATE KEY",
                keys.getKey(name, PASSWORD.toCharArray()).getEncoded());
    }

    private static void pem(String file, String label, byte[] bytes) throws IOException {
        Files.writeString(
                temp.resolve(file),
                "-----BEGIN " + label + "-----\n" + LINES.encodeToString(bytes) + "\n-----END " + label + "-----\n");
    }

    private static TlsTrust trust(String authority, String own) {
        return new TlsTrust(
                Optional.of(temp.resolve(authority + ".pem")),
                Optional.of(temp.resolve(own + ".pem")),
                Optional.of(temp.resolve(own + ".key")));
    }

    private static int status(TlsTrust trust) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(trust.context()).build();
        URI address = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/");
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void whoTrustsTheServerAndIsKnownToItIsLetIn() throws Exception {
        assertThat(status(trust("server", "client"))).isEqualTo(204);
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTrusted() {
        assertThatThrownBy(() -> status(trust("stranger", "client"))).hasMessageContaining("PKIX");
        assertThatThrownBy(() -> status(TlsTrust.USUAL)).hasMessageContaining("PKIX");
    }

    @Test
    void theServerDoesNotLetInWhoShowsNothingOrAStrangersCertificate() {
        TlsTrust nothing = new TlsTrust(Optional.of(temp.resolve("server.pem")), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> status(nothing)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> status(trust("server", "stranger"))).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsNoCertificateOrKeyIsNamedWithWhatToDo() throws IOException {
        Path encrypted = Files.writeString(
                temp.resolve("encrypted.key"),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThatThrownBy(() -> PemFile.key(encrypted)).hasMessageContainingAll("encrypted.key", "openssl pkcs8");
        assertThatThrownBy(() -> PemFile.certificates(encrypted)).hasMessageContaining("encrypted.key");
        assertThatThrownBy(() -> PemFile.certificates(Files.writeString(temp.resolve("empty"), "")))
                .hasMessageContaining("empty");
        assertThatThrownBy(() -> new TlsTrust(Optional.empty(), Optional.of(encrypted), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyBytesAreReadOrRefused() throws IOException {
        Random random = new Random(7);
        for (String name : new String[] {"client.pem", "client.key"}) {
            byte[] good = Files.readAllBytes(temp.resolve(name));
            for (int round = 0; round < 300; round++) {
                byte[] mutated = good.clone();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                }
                Path file = Files.write(temp.resolve("mutated"), mutated);
                try {
                    PemFile.certificates(file);
                    PemFile.key(file);
                } catch (IOException e) {
                    assertThat(e.getMessage()).contains("mutated");
                }
            }
        }
    }
}

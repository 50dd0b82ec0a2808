package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The listening server with a certificate, and one that asks its clients for theirs. */
class TlsTest {
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final long SECONDS = 30;

    @TempDir
    static Path temp;

    /** One for each server: two of one would share a port that the system chooses. */
    private static final List<Vertx> RUNNING = new ArrayList<>();

    private static KeyStore server;
    private static KeyStore client;
    private static KeyStore stranger;

    @BeforeAll
    static void keys() throws Exception {
        server = keys("server");
        client = keys("client");
        stranger = keys("stranger");
    }

    @AfterAll
    static void stop() throws Exception {
        for (Vertx vertx : RUNNING) {
            vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS, TimeUnit.SECONDS);
        }
    }

    /** A key and a certificate that it signed itself, as PEM too. */
    private static KeyStore keys(String name) throws Exception {
        Path store = temp.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        pem(name + ".pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
        pem(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
        return keys;
    }

    private static void pem(String file, String label, byte[] bytes) throws IOException {
        Files.writeString(
                temp.resolve(file),
                "-----BEGIN " + label + "-----\n" + LINES.encodeToString(bytes) + "\n-----END " + label + "-----\n");
    }

    private static URI listen(Optional<Path> clientAuthority) throws Exception {
        Vertx vertx = Vertx.vertx();
        RUNNING.add(vertx);
        Router router = Router.router(vertx);
        router.get().handler(context -> Replies.text(context, "here"));
        TlsFiles tls = new TlsFiles(temp.resolve("server.pem"), temp.resolve("server.key"), clientAuthority);
        int port = HttpEdge.listen(vertx, router, new RepositoryApi.Settings("127.0.0.1", 0, 1, Optional.of(tls), 0))
                .toCompletionStage()
                .toCompletableFuture()
                .get(SECONDS, TimeUnit.SECONDS);
        return URI.create("https://127.0.0.1:" + port + "/");
    }

    private static String get(URI address, @Nullable KeyStore own) throws Exception {
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, PASSWORD);
        certificates.setCertificateEntry("server", server.getCertificate("server"));
        trusted.init(certificates);
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(own, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
        HttpClient http = HttpClient.newBuilder().sslContext(context).build();
        return http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }

    @Test
    void whoeverTrustsItsCertificateIsAnswered() throws Exception {
        assertThat(get(listen(Optional.empty()), null)).isEqualTo("here");
    }

    @Test
    void onlyClientsOfTheAuthorityAreAnswered() throws Exception {
        URI address = listen(Optional.of(temp.resolve("client.pem")));
        assertThat(get(address, client)).isEqualTo("here");
        assertThatThrownBy(() -> get(address, null)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(address, stranger)).isInstanceOf(IOException.class);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> new TlsFiles(temp.resolve("none.pem"), temp.resolve("server.key"), Optional.empty()))
                .hasMessageContaining("none.pem");
    }
}

package org.cloister.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.root.RootUser;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real namespaces below a user namespace, and a real slirp4netns. */
class UserNetworksIT {
    private static final RootName WEB = new RootName("web");

    @TempDir
    Path temp;

    private UserNetworks networks;
    private @Nullable Process server;

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(temp.resolve("etc"));
        Files.writeString(temp.resolve("etc/resolv.conf"), "nameserver 127.0.0.53\n");
        networks = new UserNetworks(temp.resolve("network"), temp.resolve("etc"), RootUser.alone());
        if (networks.problem() != null) {
            System.out.println("UserNetworksIT skipped: " + networks.problem());
        }
        Assumptions.assumeThat(networks.problem()).isNull();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
        networks.close();
    }

    @Test
    void aServerThatBindsPort80IsReachedAtItsLeaseAndNothingIsLeft() throws IOException {
        int outside;
        try (ServerSocket socket = new ServerSocket(0)) {
            outside = socket.getLocalPort();
        }
        SortedMap<Port, PortClaim> claims = new TreeMap<>();
        claims.put(Port.tcp(80), new PortClaim(WEB, Port.tcp(80), Port.tcp(outside), PortSource.SHIPPED));
        SortedMap<RootName, SortedMap<Port, PortClaim>> all = new TreeMap<>();
        all.put(WEB, claims);
        networks.apply(all);
        networks.apply(all);
        Path holder = networks.entry(WEB).orElseThrow().file();
        String pid = Files.readString(holder).strip();
        server = new ProcessBuilder(
                        "nsenter",
                        "--target",
                        pid,
                        "--user",
                        "--net",
                        "--preserve-credentials",
                        "--",
                        "perl",
                        "-e",
                        "use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 9) or die $!;"
                                + " while (my $c = $s->accept) { print $c 'hello'; close $c }")
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("server.log").toFile())
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(read(outside)).isEqualTo("hello"));
        assertThat(networks.entry(WEB).orElseThrow().etc().resolve("resolv.conf"))
                .as("a name server of the host's loopback network is asked by slirp4netns")
                .content()
                .contains(UserNetwork.RESOLVER);

        networks.apply(new TreeMap<>());

        assertThat(read(outside)).contains("refused");
        assertThat(holder).doesNotExist();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> ProcessHandle.of(Long.parseLong(pid))
                        .map(process -> !process.isAlive())
                        .orElse(true));
    }

    /** What the port says, or what keeps it from that. */
    private static String read(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(2_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

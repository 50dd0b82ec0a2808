package org.cloister.agent.ports;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cloister.agent.ports.SocketTable.Listener;
import org.cloister.agent.root.RootView;
import org.cloister.events.Port;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedPortsTest {
    @TempDir
    Path root;

    private RootView view;

    @BeforeEach
    void start() {
        view = new RootView(root);
    }

    private void file(String path, String text) throws IOException {
        Files.createDirectories(root.resolve(path).getParent());
        Files.writeString(root.resolve(path), text);
    }

    @Test
    void apacheListensOnWhatPortsConfSaysForTheModulesThatAreEnabled() throws IOException {
        String debians = """
                # If you just change the port or add more ports here, you will likely also
                Listen 80

                <IfModule ssl_module>
                \tListen 443
                </IfModule>

                <IfModule mod_gnutls.c>
                \tListen 8443
                </IfModule>
                <IfModule !mod_gnutls.c>
                \tListen [::]:8080 https
                </IfModule>
                Listen 127.0.0.1:9000
                listen 192.0.2.1:81
                """;
        file("etc/apache2/ports.conf", debians);
        assertThat(ApacheListen.ports(view)).containsExactly(Port.tcp(80), Port.tcp(81), Port.tcp(8080));
        file("etc/apache2/mods-enabled/ssl.load", "LoadModule ssl_module x");
        assertThat(ApacheListen.ports(view)).contains(Port.tcp(443)).doesNotContain(Port.tcp(8443));
    }

    @Test
    void nginxListensOnWhatItsEnabledSitesSayAlsoThroughAbsoluteLinks() throws IOException {
        file(
                "etc/nginx/nginx.conf",
                "http {\n  include /etc/nginx/conf.d/*.conf;\n}\nstream { server { listen 53 udp; } }\n");
        file(
                "etc/nginx/sites-available/default",
                "server {\n\tlisten 80 default_server;\n\tlisten [::]:80 default_server;\n\t# listen 443 ssl;\n"
                        + "\tlisten unix:/run/x.sock;\n listen 127.0.0.1:8000; }\nserver { listen *:8081; }\n");
        Files.createDirectories(root.resolve("etc/nginx/sites-enabled"));
        Files.createSymbolicLink(
                root.resolve("etc/nginx/sites-enabled/default"), Path.of("/etc/nginx/sites-available/default"));
        file("etc/nginx/conf.d/more.conf", "server{listen 8082;}");
        file("etc/nginx/conf.d/unused.bak", "server{listen 8083;}");
        assertThat(NginxListen.ports(view)).containsExactly(Port.tcp(80), Port.tcp(8081), Port.tcp(8082), Port.udp(53));
    }

    @Test
    void aLinkLeadsNowhereOutOfTheRootAndALoopEnds() throws IOException {
        file("etc/secret", "inside");
        Path outside = Files.writeString(root.resolveSibling(root.getFileName() + "-outside"), "outside");
        Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../../../../etc/secret"));
        Files.createSymbolicLink(root.resolve("away"), outside.toAbsolutePath());
        Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
        assertThat(view.text("up")).contains("inside");
        assertThat(view.text("away")).isEmpty();
        assertThat(view.text("loop")).isEmpty();
        Files.delete(outside);
    }

    @Test
    void socketUnitsNameStreamsAndDatagramsAndTakeBackWhatTheyDo() {
        String unit = """
                [Socket]
                ListenStream=/run/x.sock
                ListenStream=21
                ListenStream=
                ListenStream=0.0.0.0:111
                ListenDatagram = [::]:111
                ListenStream=127.0.0.1:631
                #ListenStream=99
                ListenStream=vsock:2:1234
                """;
        assertThat(SocketUnits.ports(unit)).containsExactly(Port.tcp(111), Port.udp(111));
    }

    @Test
    void knownServicesAreKnownByTheirWholeNames() {
        assertThat(KnownServices.ports("openssh-server")).containsExactly(Port.tcp(22));
        assertThat(KnownServices.ports("postgresql-15")).containsExactly(Port.tcp(5432));
        assertThat(KnownServices.ports("postgresql-client-15")).isEmpty();
        assertThat(KnownServices.ports("bind9")).containsExactly(Port.tcp(53), Port.udp(53));
        assertThat(KnownServices.ports("bind9-libs")).isEmpty();
    }

    @Test
    void theKernelsTablesTellWhoListensForOthers() {
        String head =
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
        String tcp = head
                + "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 101 1 x\n"
                + "   1: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 102 1 x\n"
                + "   2: 020200C0:0016 010200C0:D431 01 00000000:00000000 00:00000000 00000000     0        0 103 1 x\n";
        String tcp6 = head
                + "   0: 00000000000000000000000001000000:0277 00000000000000000000000000000000:0000 0A"
                + " 00000000:00000000 00:00000000 00000000     0        0 104 1 x\n"
                + "   1: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A"
                + " 00000000:00000000 00:00000000 00000000     0        0 105 1 x\n";
        String udp = head
                + "   0: 00000000:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 106 2 x\n";
        List<Listener> listeners = SocketTable.listeners(Map.of("tcp", tcp, "tcp6", tcp6, "udp", udp));
        assertThat(listeners)
                .containsExactlyInAnyOrder(
                        new Listener(Port.tcp(80), false, 101),
                        new Listener(Port.tcp(5432), true, 102),
                        new Listener(Port.tcp(631), true, 104),
                        new Listener(Port.tcp(443), false, 105),
                        new Listener(Port.udp(53), false, 106));
    }
}

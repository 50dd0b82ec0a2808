package org.cloister.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.ports.SocketTable;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real namespaces and rules of the kernel, with a perl that answers where a server would. As root. */
class MachineNetworksIT {
    private static final RootName ONE = new RootName("one");
    private static final RootName TWO = new RootName("two");
    private static final String SERVER =
            "use IO::Socket::IP; my $s = IO::Socket::IP->new(LocalHost => $ARGV[1], V6Only => 1,"
                    + " LocalPort => 80, Listen => 9, ReuseAddr => 1) or die $!; while (my $c = $s->accept) { <$c>;"
                    + " print $c qq(HTTP/1.0 200 OK\\r\\n\\r\\n$ARGV[0] for ) . $c->peerhost; close $c }";

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    private MachineNetworks networks;
    private NetworkNames names;

    @BeforeEach
    void start() throws IOException {
        boolean root = System.getProperty("user.name").equals("root");
        Files.createDirectories(temp.resolve("etc"));
        Files.writeString(temp.resolve("etc/resolv.conf"), "nameserver 192.0.2.53\n");
        Files.writeString(temp.resolve("hosts"), "127.0.0.1 localhost\n");
        names = NetworkNames.of(temp.toString());
        networks = new MachineNetworks(names, temp.resolve("network"), temp.resolve("etc"), temp.resolve("hosts"));
        String problem = root ? networks.problem() : "only root makes namespaces of the machine";
        if (problem != null) {
            System.out.println("MachineNetworksIT skipped: " + problem);
        }
        Assumptions.assumeThat(problem).isNull();
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        networks.close();
    }

    private static PortClaim claim(RootName root, Port inside, int outside) {
        return new PortClaim(root, inside, inside.withNumber(outside), PortSource.SHIPPED);
    }

    private static SortedMap<RootName, SortedMap<Port, PortClaim>> claims(PortClaim... claims) {
        SortedMap<RootName, SortedMap<Port, PortClaim>> all = new TreeMap<>();
        for (PortClaim claim : claims) {
            all.computeIfAbsent(claim.root(), root -> new TreeMap<>()).put(claim.inside(), claim);
        }
        return all;
    }

    private void serve(RootName root) throws IOException {
        serve(root, "0.0.0.0");
    }

    private void serve(RootName root, String address) throws IOException {
        started.add(new ProcessBuilder(
                        "nsenter",
                        "--net=/run/netns/" + names.namespace(root),
                        "perl",
                        "-e",
                        SERVER,
                        root.text(),
                        address)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve(root + ".log").toFile())
                .start());
    }

    /** What answers, or what keeps it from that. */
    private static String get(String address) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://" + address + "/").toURL().openConnection();
            connection.setConnectTimeout(2_000);
            connection.setReadTimeout(2_000);
            return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void awaitAnswer(String address, String start) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(get(address)).startsWith(start));
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> interfaces(String prefix) throws IOException {
        try (var list = Files.list(Path.of("/sys/class/net"))) {
            return list.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }

    @Test
    void twoServersBindTheSamePortAndEachIsReachedAtItsLease() throws IOException {
        int first = free();
        int second = free();
        networks.apply(claims(claim(ONE, Port.tcp(80), first), claim(TWO, Port.tcp(80), second)));
        serve(ONE);
        serve(TWO);
        awaitAnswer("127.0.0.1:" + first, "one");
        awaitAnswer("127.0.0.1:" + second, "two");
        assertThat(get(String.valueOf(networks.address(ONE))))
                .as("its own address")
                .startsWith("one");
        assertThat(SocketTable.ports(SocketTable.listeners(networks.sockets(ONE))))
                .containsExactly(Port.tcp(80));
        assertThat(temp.resolve("hosts")).content().contains("127.0.0.1 one.localhost");
        assertThat(from(ONE, networks.address(TWO) + ":80"))
                .as("another root's own address is nobody's business")
                .isEqualTo("none");
    }

    /** Or "none". */
    private String from(RootName root, String address) throws IOException {
        return Programs.run(
                "",
                "nsenter",
                "--net=/run/netns/" + names.namespace(root),
                "perl",
                "-e",
                "use IO::Socket::IP; my $s = IO::Socket::IP->new(PeerAddr => $ARGV[0], Timeout => 2)"
                        + " or (print 'none'), exit; print $s \"\\n\"; local $/; print <$s>",
                address);
    }

    @Test
    void whatBindsTheLoopbackAddressIsForProgramsOfTheHost() throws IOException {
        int first = free();
        networks.apply(claims(claim(ONE, Port.tcp(80), first), claim(TWO, Port.tcp(80), free())));
        serve(ONE, "127.0.0.1");
        awaitAnswer("127.0.0.1:" + first, "one for 127.0.0.1");
        String gateway = String.valueOf(networks.address(ONE)).replaceAll("[0-9]+$", "")
                + (Integer.parseInt(String.valueOf(networks.address(ONE)).replaceAll(".*[.]", "")) - 1);
        assertThat(get(gateway + ":" + first)).as("another address of the host").contains("refused");
        assertThat(from(TWO, gateway + ":" + first)).as("another root").isEqualTo("none");
        assertThat(from(ONE, "127.0.0.1:80")).as("its own root").contains("one for 127.0.0.1");
    }

    @Test
    void aServerThatHasIpv6OnlyIsReachedAtTheHostsIpv6Addresses() throws IOException {
        boolean ipv6 = new HostIpv6(names).prefix().isPresent();
        if (!ipv6) {
            System.out.println("MachineNetworksIT: this host has no IPv6");
        }
        Assumptions.assumeThat(ipv6).isTrue();
        Path forwarding = Path.of("/proc/sys/net/ipv6/conf/all/forwarding");
        String before = Files.readString(forwarding);
        int first = free();
        int second = free();
        networks.apply(claims(claim(ONE, Port.tcp(80), first), claim(TWO, Port.tcp(8000), second)));
        serve(ONE, "::");
        awaitAnswer("[::1]:" + first, "one");
        assertThat(get("127.0.0.1:" + first)).as("over IPv4").contains("refused");
        assertThat(get("[::1]:" + second)).as("nobody listens").contains("refused");
        // From another root: through its own default route to an address of the host.
        String gateway = Programs.run("", "ip", "-n", names.namespace(TWO), "-6", "route", "show", "default")
                .replaceAll("(?s).*via (\\S+).*", "$1");
        assertThat(from(TWO, "[" + gateway + "]:" + first)).contains("one");
        networks.apply(claims(claim(ONE, Port.tcp(80), second)));
        assertThat(get("[::1]:" + second)).as("moved at once").startsWith("one");
        networks.close();
        assertThat(Files.readString(forwarding)).isEqualTo(before);
        assertThat(Programs.run("", "ip", "-6", "route", "show", "table", "local"))
                .doesNotContain(names.linkPrefix());
    }

    @Test
    void aLeaseThatMovesLeadsThereAtOnceAndProgramsStay() throws IOException {
        int first = free();
        int second = free();
        networks.apply(claims(claim(ONE, Port.tcp(80), first)));
        serve(ONE);
        awaitAnswer("127.0.0.1:" + first, "one");
        networks.apply(claims(claim(ONE, Port.tcp(80), second)));
        assertThat(get("127.0.0.1:" + second)).startsWith("one");
        assertThat(get("127.0.0.1:" + first)).contains("refused");
    }

    @Test
    void whoStartsAgainKeepsWhatIsThereAndMendsWhatIsNot() throws IOException {
        int first = free();
        int second = free();
        SortedMap<RootName, SortedMap<Port, PortClaim>> all =
                claims(claim(ONE, Port.tcp(80), first), claim(TWO, Port.tcp(80), second));
        networks.apply(all);
        serve(ONE);
        awaitAnswer("127.0.0.1:" + first, "one");
        Programs.run("", "ip", "netns", "delete", names.namespace(TWO));
        MachineNetworks again =
                new MachineNetworks(names, temp.resolve("network"), temp.resolve("etc"), temp.resolve("hosts"));
        again.apply(all);
        assertThat(get("127.0.0.1:" + first)).as("it ran all the time").startsWith("one");
        serve(TWO);
        awaitAnswer("127.0.0.1:" + second, "two");
    }

    @Test
    void anAgentThatEndsInOrderLeavesNothingAndItsSuccessorGivesTheSameAddresses() throws IOException {
        SortedMap<RootName, SortedMap<Port, PortClaim>> both =
                claims(claim(ONE, Port.tcp(80), free()), claim(TWO, Port.tcp(80), free()));
        networks.apply(claims(claim(TWO, Port.tcp(80), free())));
        networks.apply(both);
        String address = networks.address(TWO);
        networks.close();
        assertThat(interfaces(names.linkPrefix())).isEmpty();
        assertThat(Programs.run("", "nft", "list", "tables")).doesNotContain(names.table());
        networks = new MachineNetworks(names, temp.resolve("network"), temp.resolve("etc"), temp.resolve("hosts"));
        networks.apply(both);
        assertThat(networks.address(TWO)).isEqualTo(address);
    }

    @Test
    void nothingIsLeftWhenTheLastRootIsGone() throws IOException {
        networks.apply(claims(claim(ONE, Port.tcp(80), free())));
        assertThat(interfaces(names.linkPrefix())).hasSize(1);
        networks.apply(claims());
        assertThat(interfaces(names.linkPrefix())).isEmpty();
        assertThat(Path.of("/run/netns", names.namespace(ONE))).doesNotExist();
        assertThat(Programs.run("", "nft", "list", "tables")).doesNotContain(names.table());
        assertThat(temp.resolve("hosts")).hasContent("127.0.0.1 localhost\n");
        assertThat(temp.resolve("network/roots/one")).doesNotExist();
    }
}

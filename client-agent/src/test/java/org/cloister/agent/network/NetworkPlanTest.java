package org.cloister.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.cloister.agent.image.PortClaim;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkPlanTest {
    private static final RootName APACHE = new RootName("apache2");
    private static final RootName NGINX = new RootName("nginx");
    private static final NetworkNames NAMES = new NetworkNames("ab12");

    @TempDir
    Path temp;

    private static Ipv4Block block(String text) {
        return Ipv4Block.parse(text);
    }

    @Test
    void aBlockIsReadAsItIsWritten() {
        for (String text : List.of("0.0.0.0/0", "10.213.0.4/30", "255.255.255.255/32", "192.168.0.0/16")) {
            assertThat(block(text)).hasToString(text);
        }
        for (String text : List.of("10.0.0.1/8", "10.0.0.0/33", "256.0.0.0/8", "10.0.0/8")) {
            assertThatThrownBy(() -> block(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(block("10.0.0.0/8").overlaps(block("10.213.0.4/30"))).isTrue();
        assertThat(block("10.213.0.0/30").overlaps(block("10.213.0.4/30"))).isFalse();
    }

    @Test
    void aRootKeepsItsSubnetWhateverComesAndGoes() {
        Subnets first = Subnets.NONE.of(List.of(APACHE, NGINX), List.of());
        Subnets second = first.of(List.of(NGINX), List.of());
        Subnets third = second.of(List.of(new RootName("a"), NGINX), List.of());
        assertThat(third.byRoot().get(NGINX)).isEqualTo(first.byRoot().get(NGINX));
        assertThat(new TreeSet<>(third.byRoot().values().stream()
                        .map(Ipv4Block::toString)
                        .toList()))
                .hasSize(2);
    }

    @Test
    void aSubnetThatClashesWithARouteOfTheHostIsGivenUp() {
        Subnets before = Subnets.NONE.of(List.of(APACHE), List.of(block("0.0.0.0/0"), block("192.0.2.0/24")));
        assertThat(before.byRoot().get(APACHE)).isEqualTo(block("10.213.0.0/30"));
        Subnets after = before.of(List.of(APACHE), List.of(block("0.0.0.0/0"), block("10.0.0.0/8")));
        assertThat(after.byRoot().get(APACHE)).isEqualTo(block("172.29.128.0/30"));
        assertThat(before.of(
                                List.of(APACHE),
                                List.of(block("10.0.0.0/8"), block("172.16.0.0/12"), block("192.168.0.0/16")))
                        .byRoot())
                .as("there is none left")
                .isEmpty();
    }

    @Test
    void everyRootOfABusyHostHasASubnetOfItsOwn() {
        List<RootName> roots =
                IntStream.range(0, 20_000).mapToObj(i -> new RootName("r" + i)).toList();
        Subnets subnets = Subnets.NONE.of(roots, List.of(block("10.213.128.0/17")));
        assertThat(subnets.byRoot()).hasSize(20_000);
        assertThat(subnets.byRoot().values()).doesNotHaveDuplicates();
        assertThat(subnets.byRoot().values().stream().map(NAMES::link))
                .doesNotHaveDuplicates()
                .allMatch(link -> link.length() <= 15);
    }

    @Test
    void subnetsOutliveTheAgentAndADamagedFileCostsTheAddressesOnly() throws IOException {
        SubnetBook book = new SubnetBook(temp.resolve("state/subnets"));
        assertThat(book.read()).isEqualTo(Subnets.NONE);
        Subnets subnets = Subnets.NONE.of(List.of(APACHE, NGINX), List.of());
        book.write(subnets);
        assertThat(book.read()).isEqualTo(subnets);
        Files.writeString(temp.resolve("state/subnets"), "nginx\tnonsense\napache2\t10.213.0.0/30\nx\n");
        assertThat(book.read().byRoot()).containsOnlyKeys(APACHE);
    }

    @Test
    void theHostsRoutesAreReadFromTheKernel() {
        String text = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
                + "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
                + "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
                + "cloab12n1\t0000D50A\t00000000\t0001\t0\t0\t0\tFCFFFFFF\t0\t0\t0\n";
        assertThat(HostRoutes.read(text, name -> name.startsWith(NAMES.linkPrefix())))
                .containsExactly(block("0.0.0.0/0"), block("192.0.2.0/24"));
    }

    @Test
    void thePrefixOfRootsIsTheSameUntilTheHostHasARouteThere() {
        UniqueLocalPrefix first = UniqueLocalPrefix.of("ab12", "", name -> false);
        assertThat(first.text()).matches("fd[0-9a-f]{2}(:[0-9a-f]{1,4}){2}");
        assertThat(first.at(block("10.213.0.4/30"), 2)).isEqualTo(first.text() + "::ad5:6");
        String others = route("00000000000000000000000000000000", "00", "eth0")
                + route("fe800000000000000000000000000000", "40", "eth0")
                + "short\n";
        assertThat(UniqueLocalPrefix.of("ab12", others, name -> false)).isEqualTo(first);
        String own = String.join(
                "",
                List.of(first.text().split(":")).stream()
                        .map(group -> "0".repeat(4 - group.length()) + group)
                        .toList());
        String clash = route(own + "0001" + "0".repeat(16), "40", "vpn0");
        assertThat(UniqueLocalPrefix.of("ab12", clash, name -> false)).isNotEqualTo(first);
        assertThat(UniqueLocalPrefix.of("ab12", clash, "vpn0"::equals)).isEqualTo(first);
        assertThat(UniqueLocalPrefix.of("ab12", route("fd" + "0".repeat(30), "08", "vpn0"), name -> false)
                        .text())
                .as("a host that takes all of fd00::/8")
                .startsWith("fd");
    }

    private static String route(String destination, String length, String device) {
        String none = "0".repeat(32);
        return destination + " " + length + " " + none + " 00 " + none + " 00000100 00000001 00000000 00000001 "
                + device + "\n";
    }

    @Test
    void theRulesLeadLeasedPortsAndNoOthersAndReplaceTheTableAsAWhole() {
        Ipv4Block subnet = block("10.213.0.4/30");
        RootNetwork network = new RootNetwork(
                APACHE,
                subnet,
                new UniqueLocalPrefix("fd12:3456:789a"),
                NAMES.namespace(APACHE),
                NAMES.link(subnet),
                List.of(
                        new PortClaim(APACHE, Port.tcp(80), Port.tcp(20_000), PortSource.SHIPPED),
                        new PortClaim(APACHE, Port.tcp(443), null, PortSource.SHIPPED)));
        String text = new Rules(NAMES, List.of(network), "127.0.0.1", true).text();
        assertThat(text)
                .startsWith("table ip cloister_ab12\ndelete table ip cloister_ab12\ntable ip cloister_ab12 {\n")
                .contains("elements = { tcp . 20000 : 10.213.0.6 . 80 }")
                .contains("ip daddr 10.213.0.5 meta l4proto { tcp, udp } th dport 53 dnat ip to 127.0.0.1")
                .contains("iifname != \"clo*\" oifname != \"clo*\" drop");
        assertThat(new Ipv6Rules(NAMES, List.of(network), true).text())
                .startsWith("table ip6 cloister_ab12\ndelete table ip6 cloister_ab12\ntable ip6 cloister_ab12 {\n")
                .contains("elements = { tcp . 20000 : fd12:3456:789a::ad5:6 . 80 }")
                .contains("iifname != \"clo*\" oifname != \"clo*\" drop");
        assertThat(new Rules(NAMES, List.of(network), null, false).text())
                .doesNotContain("dport 53")
                .doesNotContain("iifname != \"clo*\" oifname != \"clo*\" drop");
    }

    @Test
    void theHostsFileKeepsWhatOthersWroteAndTheBlocksOfOtherAgents() throws IOException {
        String others = "127.0.0.1 localhost\n# BEGIN cloister cd34\n127.0.0.1 x.localhost\n# END cloister cd34\n";
        Path file = Files.writeString(temp.resolve("hosts"), others + "192.0.2.9 printer");
        HostsFile hosts = new HostsFile(file, NAMES);
        TreeMap<RootName, String> addresses = new TreeMap<>();
        addresses.put(APACHE, "10.213.0.2");
        addresses.put(new RootName("g++_x"), "10.213.0.6");
        hosts.write(addresses);
        hosts.write(addresses);
        assertThat(file)
                .content()
                .isEqualTo(others
                        + "192.0.2.9 printer\n# BEGIN cloister ab12\n127.0.0.1 apache2.localhost\n"
                        + "10.213.0.2 apache2.cloister.internal\n# END cloister ab12\n");
        hosts.write(new TreeMap<>());
        assertThat(file).content().isEqualTo(others + "192.0.2.9 printer\n");
        assertThat(HostsFile.withoutBlocks(others)).isEqualTo("127.0.0.1 localhost\n");
    }

    @Test
    void aNameServerOfTheLoopbackNetworkIsReachedAtTheGateway() throws IOException {
        Path host = Files.createDirectories(temp.resolve("etc"));
        Files.writeString(host.resolve("resolv.conf"), "search example.org\nnameserver 192.0.2.53\n");
        Files.writeString(host.resolve("hosts"), "127.0.0.1 localhost\n");
        NetworkFiles files = new NetworkFiles(temp.resolve("roots"), host);
        TreeMap<RootName, String> gateways = new TreeMap<>();
        gateways.put(APACHE, "10.213.0.1");
        gateways.put(NGINX, "10.213.0.5");
        files.write(APACHE, "10.213.0.2", "10.213.0.1", gateways);
        assertThat(files.loopbackResolver()).isNull();
        assertThat(files.etc(APACHE).resolve("resolv.conf")).content().contains("nameserver 192.0.2.53");
        assertThat(files.etc(APACHE).resolve("hosts"))
                .content()
                .isEqualTo("127.0.0.1 localhost\n10.213.0.2 apache2.cloister.internal\n10.213.0.1 nginx.localhost\n");
        files.keepOnly(new TreeSet<>(List.of(NGINX)));
        assertThat(files.etc(APACHE)).doesNotExist();
    }
}

package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks of a machine-wide agent, which is root: a namespace and a pair of interfaces for each root (ip-netns(8), veth(4)), a table of
 * nftables for all. Everything outlives the agent's process: who starts again finds what is there, and keeps what is right.
 */
public final class MachineNetworks implements RootNetworks {
    private static final Logger LOG = LoggerFactory.getLogger(MachineNetworks.class);
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path INTERFACES = Path.of("/sys/class/net");
    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final List<String> PROGRAMS = List.of("ip", "nft", "nsenter");
    /** After the route of the loopback interface itself, and another one for each root. */
    private static final int LOOPBACK_METRIC = 4_096;

    private static final int LOOPBACK_METRICS = 0xff_ffff;
    private static final List<String> SOCKETS = List.of("tcp", "tcp6", "udp", "udp6");

    private final NetworkNames names;
    private final NetworkFiles files;
    private final SubnetBook book;
    private final HostsFile hosts;
    private final Forwarding forwarding;
    private final Forwarding ipv6Forwarding;
    private final HostIpv6 ipv6;
    private List<RootNetwork> present = List.of();
    private SortedMap<RootName, SortedMap<Port, PortClaim>> claimed = new TreeMap<>();
    private String rules = "";

    /**
     * @param state {@code STATE/network}
     * @param hostFiles directory of the host's files that are copied for roots
     * @param hosts {@code /etc/hosts}
     */
    public MachineNetworks(NetworkNames names, Path state, Path hostFiles, Path hosts) throws IOException {
        this.names = names;
        this.files = new NetworkFiles(state.resolve("roots"), hostFiles);
        this.book = new SubnetBook(state.resolve("subnets"));
        this.hosts = new HostsFile(hosts, names);
        this.forwarding = Forwarding.ofIpv4(names);
        this.ipv6Forwarding = Forwarding.ofIpv6(names);
        this.ipv6 = new HostIpv6(names);
    }

    @Override
    public synchronized void apply(SortedMap<RootName, SortedMap<Port, PortClaim>> claims) throws IOException {
        claimed = claims;
        List<RootNetwork> wanted = plan(claims);
        carryOut(wanted);
    }

    private void carryOut(List<RootNetwork> wanted) throws IOException {
        removeAllBut(wanted);
        for (RootNetwork network : wanted) {
            make(network);
            if (!present.contains(network)) {
                openLoopback(network);
            }
            if (network.hasIpv6()) {
                addIpv6(network);
            }
        }
        present = wanted;
        // Files first: a program that finds the namespace finds name servers.
        lead(rules(wanted, writeFiles()));
        if (wanted.isEmpty()) {
            forwarding.restore();
        }
        if (wanted.stream().noneMatch(RootNetwork::hasIpv6) && HostIpv6.isIn()) {
            ipv6Forwarding.restore();
        }
    }

    /** For what these networks need the host forwards packets from here on. */
    private String rules(List<RootNetwork> wanted, @Nullable String resolver) throws IOException {
        String text = wanted.isEmpty() ? Rules.none(names) : new Rules(names, wanted, resolver, forwarding.on()).text();
        if (!ipv6.canTranslate()) {
            return text;
        }
        List<RootNetwork> with = wanted.stream().filter(RootNetwork::hasIpv6).toList();
        return text + (with.isEmpty() ? Ipv6Rules.none(names) : new Ipv6Rules(names, with, ipv6Forwarding.on()).text());
    }

    private List<RootNetwork> plan(SortedMap<RootName, SortedMap<Port, PortClaim>> claims) throws IOException {
        List<Ipv4Block> routes = HostRoutes.read(Files.readString(ROUTES), name -> name.startsWith(names.linkPrefix()));
        Subnets subnets = book.read().of(claims.keySet(), routes);
        book.write(subnets);
        UniqueLocalPrefix prefix = ipv6.prefix().orElse(null);
        List<RootNetwork> networks = new ArrayList<>();
        claims.forEach((root, ofRoot) -> {
            Ipv4Block subnet = subnets.byRoot().get(root);
            if (subnet == null) {
                LOG.warn("no private subnet is left for {}", root);
            } else {
                networks.add(new RootNetwork(
                        root, subnet, prefix, names.namespace(root), names.link(subnet), List.copyOf(ofRoot.values())));
            }
        });
        return networks;
    }

    private void removeAllBut(List<RootNetwork> wanted) throws IOException {
        Set<String> namespaces = new HashSet<>();
        Set<String> links = new HashSet<>();
        for (RootNetwork network : wanted) {
            if (isThere(network)) {
                namespaces.add(network.namespace());
                links.add(network.link());
            }
        }
        for (String link : named(INTERFACES, names.linkPrefix())) {
            if (!links.contains(link)) {
                Programs.run("", "ip", "link", "delete", link);
            }
        }
        for (String namespace : named(NAMESPACES, names.namespacePrefix())) {
            if (!namespaces.contains(namespace)) {
                Programs.run("", "ip", "netns", "delete", namespace);
            }
        }
        files.keepOnly(new HashSet<>(wanted.stream().map(RootNetwork::root).toList()));
    }

    /** Both ends are there, with the right addresses. */
    private static boolean isThere(RootNetwork network) {
        if (!Files.exists(INTERFACES.resolve(network.link()))
                || !Files.exists(NAMESPACES.resolve(network.namespace()))) {
            return false;
        }
        try {
            return Programs.run("", "ip", "-4", "-o", "address", "show", "dev", network.link())
                            .contains(" " + network.gateway() + "/" + Subnets.LENGTH + " ")
                    && Programs.run("", "ip", "-n", network.namespace(), "-4", "-o", "address", "show", "dev", "eth0")
                            .contains(" " + network.address() + "/" + Subnets.LENGTH + " ");
        } catch (IOException e) {
            LOG.info("the network of {} is made anew: {}", network.root(), e.getMessage());
            return false;
        }
    }

    private void make(RootNetwork network) throws IOException {
        if (Files.exists(INTERFACES.resolve(network.link()))) {
            return;
        }
        String link = network.link();
        Programs.run("", "ip", "netns", "add", network.namespace());
        Programs.run(
                "link add " + link + " type veth peer name eth0 netns " + network.namespace() + "\n"
                        + "address add " + network.gateway() + "/" + Subnets.LENGTH + " dev " + link + "\n"
                        + "link set " + link + " up\n",
                "ip",
                "-batch",
                "-");
        Programs.run(
                "link set lo up\n"
                        + "address add " + network.address() + "/" + Subnets.LENGTH + " dev eth0\n"
                        + "link set eth0 up\n"
                        + "route add default via " + network.gateway() + "\n",
                "ip",
                "-n",
                network.namespace(),
                "-batch",
                "-");
        Path settings = Path.of("/proc/sys/net/ipv4/conf", link);
        // Connections of the host itself to 127.0.0.1 at a leased port; the rules keep everybody else out of the
        // loopback network.
        Files.writeString(settings.resolve("route_localnet"), "1");
        Files.writeString(settings.resolve("forwarding"), "1");
    }

    /**
     * Beside what IPv4 has; nothing happens if it is there. A packet that comes back from the root for the host's ::1 finds its way by a local route of the very
     * interface: the kernel looks for no other (rt6_need_strict in its {@code net/ipv6/route.c}).
     */
    private void addIpv6(RootNetwork network) throws IOException {
        String link = network.link();
        String gateway = network.ipv6Gateway() + "/" + UniqueLocalPrefix.LENGTH;
        if (Programs.run("", "ip", "-6", "-o", "address", "show", "dev", link).contains(" " + gateway + " ")) {
            return;
        }
        int metric = LOOPBACK_METRIC + (network.subnet().address() >>> 2 & LOOPBACK_METRICS);
        Programs.run(
                "address flush dev " + link + " scope global\n"
                        + "address add " + gateway + " dev " + link + " nodad\n"
                        + "route replace local ::1 dev " + link + " table local metric " + metric + "\n",
                "ip",
                "-6",
                "-batch",
                "-");
        Programs.run(
                "address flush dev eth0 scope global\n"
                        + "address add " + network.ipv6Address() + "/" + UniqueLocalPrefix.LENGTH + " dev eth0 nodad\n"
                        + "route replace default via " + network.ipv6Gateway() + "\n",
                "ip",
                "-n",
                network.namespace(),
                "-6",
                "-batch",
                "-");
    }

    private void openLoopback(RootNetwork network) throws IOException {
        String namespace = "--net=" + NAMESPACES.resolve(network.namespace());
        Programs.run(Rules.inside(names), "nsenter", namespace, "nft", "-f", "-");
        Programs.run("1", "nsenter", namespace, "tee", "/proc/sys/net/ipv4/conf/eth0/route_localnet");
    }

    private void lead(String text) throws IOException {
        Programs.run(text, "nft", "-f", "-");
        rules = text;
    }

    /** @return the loopback name server that roots reach at their gateways, or null */
    private @Nullable String writeFiles() throws IOException {
        SortedMap<RootName, String> gateways = new TreeMap<>();
        SortedMap<RootName, String> addresses = new TreeMap<>();
        for (RootNetwork network : present) {
            gateways.put(network.root(), network.gateway());
            addresses.put(network.root(), network.address());
        }
        for (RootNetwork network : present) {
            files.write(network.root(), network.address(), network.gateway(), gateways);
        }
        hosts.write(addresses);
        return files.loopbackResolver();
    }

    @Override
    public synchronized void refresh() throws IOException {
        if (present.isEmpty()) {
            return;
        }
        List<RootNetwork> wanted = plan(claimed);
        boolean moved = !wanted.equals(present);
        boolean lost = wanted.stream().anyMatch(network -> !Files.exists(INTERFACES.resolve(network.link())));
        if (moved || lost) {
            LOG.info("the host's network has changed: the networks of roots are made anew");
            apply(claimed);
            return;
        }
        String resolver = writeFiles();
        String text = rules(present, resolver);
        if (!text.equals(rules)) {
            lead(text);
        }
    }

    @Override
    public Optional<NetworkEntry> entry(RootName root) {
        return problem() == null
                ? Optional.of(new NetworkEntry(
                        NetworkEntry.Kind.MACHINE, NAMESPACES.resolve(names.namespace(root)), files.etc(root)))
                : Optional.empty();
    }

    @Override
    public synchronized @Nullable String address(RootName root) {
        return present.stream()
                .filter(network -> network.root().equals(root))
                .map(RootNetwork::address)
                .findFirst()
                .orElse(null);
    }

    @Override
    public Map<String, String> sockets(RootName root) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        Path namespace = NAMESPACES.resolve(names.namespace(root));
        if (Files.exists(namespace)) {
            for (String name : SOCKETS) {
                texts.put(name, Programs.run("", "nsenter", "--net=" + namespace, "cat", "/proc/self/net/" + name));
            }
        }
        return texts;
    }

    @Override
    public int lowestPort() {
        return 1;
    }

    @Override
    public @Nullable String problem() {
        List<String> missing =
                PROGRAMS.stream().filter(name -> Programs.find(name).isEmpty()).toList();
        return missing.isEmpty()
                ? null
                : "packages that listen share the host's network: there is no " + String.join(" and no ", missing)
                        + " here; apt-get install iproute2 nftables util-linux, then start the agent again";
    }

    private static List<String> named(Path directory, String prefix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> present = Files.list(directory)) {
            return present.map(path -> path.getFileName().toString())
                    .filter(name -> name.startsWith(prefix))
                    .toList();
        }
    }

    /** What the agent made, whatever is left of it. The next start gives each root the same address again. */
    @Override
    public synchronized void close() throws IOException {
        if (problem() == null) {
            carryOut(List.of());
        }
    }
}

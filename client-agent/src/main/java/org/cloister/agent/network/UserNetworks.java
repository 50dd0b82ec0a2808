package org.cloister.agent.network;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.agent.root.RootUser;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * Networks of an agent that is no root: everything is made of the user's own namespaces and sockets, and ends with the agent. Slower than the
 * machine's, because every packet passes through a process.
 */
public final class UserNetworks implements RootNetworks {
    private static final Path LOWEST = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final int NUMBER_BYTES = 32;
    private static final int USUALLY_LOWEST = 1024;
    private static final List<String> PROGRAMS = List.of("slirp4netns", "unshare", "nsenter", "setpriv");
    private static final List<String> SOCKETS = List.of("tcp", "tcp6", "udp", "udp6");

    private final Path directory;
    private final NetworkFiles files;
    private final RootUser rootUser;
    private final Map<RootName, UserNetwork> networks = new HashMap<>();
    private SortedMap<RootName, SortedMap<Port, PortClaim>> claimed = new TreeMap<>();

    /** @param state {@code STATE/network}; @param hostFiles directory of the host's files that are copied for roots */
    public UserNetworks(Path state, Path hostFiles, RootUser rootUser) {
        this.directory = state.resolve("roots");
        this.files = new NetworkFiles(directory, hostFiles);
        this.rootUser = rootUser;
    }

    @Override
    public synchronized void apply(SortedMap<RootName, SortedMap<Port, PortClaim>> claims) throws IOException {
        claimed = claims;
        for (RootName root : Set.copyOf(networks.keySet())) {
            UserNetwork network = networks.get(root);
            if (network != null && (!claims.containsKey(root) || !network.isAlive())) {
                network.end();
                networks.remove(root);
            }
        }
        // What an agent left that was killed: its processes ended with it.
        files.keepOnly(new HashSet<>(claims.keySet()));
        for (RootName root : claims.keySet()) {
            UserNetwork network = networks.get(root);
            if (network == null) {
                writeFiles(root, claims);
                network = UserNetwork.start(directory.resolve(root.text()), rootUser);
                networks.put(root, network);
            }
            network.lead(List.copyOf(claims.getOrDefault(root, new TreeMap<>()).values()));
        }
        for (RootName root : claims.keySet()) {
            writeFiles(root, claims);
        }
    }

    private void writeFiles(RootName root, SortedMap<RootName, SortedMap<Port, PortClaim>> claims) throws IOException {
        SortedMap<RootName, String> gateways = new TreeMap<>();
        claims.keySet().forEach(other -> gateways.put(other, UserNetwork.GATEWAY));
        files.write(root, UserNetwork.ADDRESS, UserNetwork.RESOLVER, gateways);
    }

    @Override
    public synchronized void refresh() throws IOException {
        if (networks.values().stream().allMatch(UserNetwork::isAlive)) {
            for (RootName root : networks.keySet()) {
                writeFiles(root, claimed);
            }
        } else {
            apply(claimed);
        }
    }

    @Override
    public Optional<NetworkEntry> entry(RootName root) {
        return problem() == null
                ? Optional.of(new NetworkEntry(
                        NetworkEntry.Kind.USER, directory.resolve(root.text()).resolve("holder"), files.etc(root)))
                : Optional.empty();
    }

    /** The same for each: nobody else can reach it. */
    @Override
    public @Nullable String address(RootName root) {
        return null;
    }

    @Override
    public synchronized Map<String, String> sockets(RootName root) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        UserNetwork network = networks.get(root);
        if (network != null && network.isAlive()) {
            for (String name : SOCKETS) {
                texts.put(name, Files.readString(Path.of("/proc/" + network.pid() + "/net/" + name)));
            }
        }
        return texts;
    }

    @Override
    public int lowestPort() {
        // In one read: the kernel gives nothing more to a second one (proc_sys(5)).
        try (InputStream in = Files.newInputStream(LOWEST)) {
            return Integer.parseInt(new String(in.readNBytes(NUMBER_BYTES), StandardCharsets.US_ASCII).strip());
        } catch (IOException | NumberFormatException e) {
            return USUALLY_LOWEST;
        }
    }

    @Override
    public @Nullable String problem() {
        if (!Files.isWritable(TUN)) {
            return "packages that listen share the host's network: you may not open " + TUN + "; as root: chmod 0666 "
                    + TUN + " (Debian's udev does it), then start the agent again";
        }
        List<String> missing =
                PROGRAMS.stream().filter(name -> Programs.find(name).isEmpty()).toList();
        return missing.isEmpty()
                ? null
                : "packages that listen share the host's network: there is no " + String.join(" and no ", missing)
                        + " here; apt-get install slirp4netns util-linux, then start the agent again";
    }

    @Override
    public synchronized void close() {
        networks.values().forEach(UserNetwork::end);
        networks.clear();
    }
}

package org.cloister.agent.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.root.RootUser;
import org.cloister.events.Port;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The network of one root of an ordinary user: a process that holds a user namespace and a network namespace, and a slirp4netns(1) that
 * carries its packets to ordinary sockets of the user. Both end with the agent.
 */
final class UserNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(UserNetwork.class);
    /** Of slirp4netns: the network's only host, and who answers questions for names. */
    static final String ADDRESS = "10.0.2.100";

    static final String GATEWAY = "10.0.2.2";
    static final String RESOLVER = "10.0.2.3";
    private static final int START_MILLIS = 10_000;
    private static final int LOOK_MILLIS = 20;

    /** Every user's programs may bind every port: it is their own network. */
    private static final String HOLD = "echo 0 >/proc/sys/net/ipv4/ip_unprivileged_port_start; exec sleep infinity";

    private final Path directory;
    private final Process holder;
    private final Process carrier;
    private final SlirpSocket socket;
    private final Map<PortClaim, Integer> forwards = new HashMap<>();

    private UserNetwork(Path directory, Process holder, Process carrier, SlirpSocket socket) {
        this.directory = directory;
        this.holder = holder;
        this.carrier = carrier;
        this.socket = socket;
    }

    /** @param directory of its own, where {@code holder} will tell the holding process */
    static UserNetwork start(Path directory, RootUser rootUser) throws IOException {
        Files.createDirectories(directory);
        Files.deleteIfExists(directory.resolve("slirp.sock"));
        List<String> hold = new ArrayList<>(List.of("unshare"));
        if (rootUser.isMapped()) {
            // The same users as its programs have; without the separator that ends the options.
            hold.addAll(rootUser.before().subList(1, rootUser.before().size() - 1));
        } else {
            hold.addAll(List.of("--user", "--map-root-user"));
        }
        hold.addAll(List.of("--net", "--", "setpriv", "--pdeathsig", "KILL", "sh", "-c", HOLD));
        Process holder = start(hold, directory.resolve("holder.log"));
        Process carrier = null;
        boolean ready = false;
        try {
            await(holder, () -> isHeld(holder.pid()));
            Path api = directory.resolve("slirp.sock");
            Process slirp = start(
                    List.of(
                            "setpriv",
                            "--pdeathsig",
                            "KILL",
                            "slirp4netns",
                            "--configure",
                            "--mtu=65520",
                            "--disable-host-loopback",
                            "--api-socket",
                            api.toString(),
                            Long.toString(holder.pid()),
                            "tap0"),
                    directory.resolve("slirp.log"));
            carrier = slirp;
            await(slirp, () -> Files.exists(api));
            Files.writeString(directory.resolve("holder"), holder.pid() + "\n");
            ready = true;
            return new UserNetwork(directory, holder, slirp, new SlirpSocket(api));
        } finally {
            if (!ready) {
                if (carrier != null) {
                    carrier.destroyForcibly();
                }
                holder.destroyForcibly();
            }
        }
    }

    private static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /** Whether its first words are done. */
    private static boolean isHeld(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/comm")).strip().equals("sleep");
        } catch (IOException e) {
            // It has ended, which is looked at elsewhere.
            return false;
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Process process, Condition condition) throws IOException {
        try {
            for (int waited = 0; !condition.holds(); waited += LOOK_MILLIS) {
                if (process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("a network of its own can't be made: "
                            + process.info().command().orElse("its process") + " ended with status "
                            + process.exitValue());
                }
                if (waited > START_MILLIS) {
                    throw new IOException("a network of its own can't be made in " + START_MILLIS + " ms");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    boolean isAlive() {
        return holder.isAlive() && carrier.isAlive();
    }

    long pid() {
        return holder.pid();
    }

    /** Exactly these leases lead here. */
    void lead(List<PortClaim> claims) throws IOException {
        Set<PortClaim> wanted = new HashSet<>(claims);
        wanted.removeIf(claim -> claim.outside() == null);
        for (Map.Entry<PortClaim, Integer> forward : Set.copyOf(forwards.entrySet())) {
            if (!wanted.contains(forward.getKey())) {
                socket.stop(forward.getValue());
                forwards.remove(forward.getKey());
            }
        }
        for (PortClaim claim : wanted) {
            Port outside = claim.outside();
            if (outside != null && !forwards.containsKey(claim)) {
                forwards.put(
                        claim, socket.forward(outside, ADDRESS, claim.inside().number()));
            }
        }
    }

    void end() {
        carrier.destroyForcibly();
        holder.destroyForcibly();
        try {
            Files.deleteIfExists(directory.resolve("holder"));
        } catch (IOException e) {
            LOG.warn("{}: {}", directory, e.toString());
        }
    }
}

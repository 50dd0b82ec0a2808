package org.cloister.agent.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.cloister.agent.control.HostOffer;
import org.cloister.agent.control.PortUse;
import org.cloister.agent.follow.Situation;
import org.cloister.agent.front.HttpFront;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.image.LinkedRoot;
import org.cloister.agent.image.PortClaim;
import org.cloister.agent.network.RootNetworks;
import org.cloister.agent.ports.ShippedPorts;
import org.cloister.agent.ports.SocketHolders;
import org.cloister.agent.ports.SocketTable;
import org.cloister.agent.ports.SocketTable.Listener;
import org.cloister.agent.remote.Repository;
import org.cloister.agent.remote.RepositoryProblem;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * On a thread of its own: reads what each mounted root wants to listen on, asks for it once, and keeps the networks as the image says.
 * While the repository is away, networks stay as they are and what isn't asked yet waits.
 */
public final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    private static final Path NET = Path.of("/proc/self/net");
    private static final long LOOK_MILLIS = 2_000;
    private static final long RETRY_MILLIS = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** Of the protocol. A machine with more is asked about the lowest ones. */
    private static final int MAX_OCCUPIED = 4_096;

    private static final long INTERRUPT_AGAIN_MILLIS = 100;
    private static final int HTTP = 80;

    private final HostId host;
    private final Repository repository;
    private final Situation situation;
    private final ShippedPorts shipped;
    private final RootNetworks networks;
    private final Runnable changed;
    private final Thread thread = new Thread(this::run, "leases");

    /** As it was when each root was asked for. */
    private final Map<RootName, LinkedRoot> asked = new HashMap<>();

    private @Nullable HostImage mounted;
    private SortedMap<RootName, SortedMap<Port, PortClaim>> applied = new TreeMap<>();
    private boolean appliedOnce;
    private Position answered = Position.NONE;
    private volatile @Nullable String problem;
    private long refreshedAt = System.nanoTime();

    /** @param changed hears, on this thread, that other roots have networks now than before */
    public LeaseKeeper(
            HostId host,
            Repository repository,
            Situation situation,
            ShippedPorts shipped,
            RootNetworks networks,
            Runnable changed) {
        this.host = host;
        this.repository = repository;
        this.situation = situation;
        this.shipped = shipped;
        this.networks = networks;
        this.changed = changed;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** These roots are mounted. */
    public synchronized void switched(HostImage image) {
        mounted = image;
        notifyAll();
    }

    /** What keeps roots from having their ports, or null. */
    public @Nullable String problem() {
        String here = networks.problem();
        return here == null || situation.image().claims().isEmpty() ? problem : here;
    }

    /** Why no root can have a network of its own on this machine, and what to do, or null. */
    public @Nullable String networkProblem() {
        return networks.problem();
    }

    /** How programs of the root get into its network; empty if it has none. */
    public Optional<NetworkEntry> entry(RootName root) {
        return situation.image().claims(root).isEmpty() ? Optional.empty() : networks.entry(root);
    }

    /** Where the root of this name answers HTTP: at its port 80 if it binds that, otherwise at its first other one of TCP; null if it has none. */
    public HttpFront.@Nullable Place http(String root) {
        PortClaim best = null;
        for (SortedMap<Port, PortClaim> ofRoot : situation.image().claims().values()) {
            for (PortClaim claim : ofRoot.values()) {
                boolean first = best == null || claim.inside().number() == HTTP;
                if (claim.root().text().equalsIgnoreCase(root)
                        && claim.inside().protocol() == Port.Protocol.TCP
                        && first) {
                    best = claim;
                }
            }
        }
        if (best == null) {
            return null;
        }
        String address = networks.address(best.root());
        Port outside = best.outside();
        if (address != null) {
            return new HttpFront.Place(address, best.inside().number());
        }
        return outside == null ? null : new HttpFront.Place("127.0.0.1", outside.number());
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                long pause = LOOK_MILLIS;
                HostImage heard = situation.image();
                HostImage now = mounted();
                try {
                    step(now);
                    problem = null;
                } catch (IOException e) {
                    LOG.warn("ports: {}", e.getMessage());
                    problem = "ports: " + e.getMessage();
                    pause = RETRY_MILLIS;
                }
                awaitWork(heard, now, pause);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Until there is more than what was heard and mounted before the last step; not for each of the many steps of an installation. */
    private void awaitWork(HostImage heard, @Nullable HostImage was, long pause) throws InterruptedException {
        long end = System.nanoTime() + pause * NANOS_PER_MILLI;
        while (situation.image().claims().equals(heard.claims()) && mounted() == was) {
            long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                return;
            }
            situation.awaitChange(Math.min(left, INTERRUPT_AGAIN_MILLIS));
        }
    }

    private synchronized @Nullable HostImage mounted() {
        return mounted;
    }

    /** Networks first: they need nobody. */
    private void step(@Nullable HostImage now) throws IOException, InterruptedException {
        if (now == null) {
            return;
        }
        apply(now);
        IOException failure = null;
        for (LinkedRoot root : now.roots().values()) {
            if (!isAsked(root)) {
                try {
                    ask(root);
                } catch (IOException e) {
                    failure = e;
                }
            }
        }
        synchronized (this) {
            asked.keySet().retainAll(now.roots().keySet());
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void apply(HostImage now) throws IOException {
        SortedMap<RootName, SortedMap<Port, PortClaim>> claims =
                new TreeMap<>(situation.image().claims());
        claims.keySet().retainAll(now.roots().keySet());
        boolean first;
        synchronized (this) {
            first = !appliedOnce;
        }
        if (first || !claims.equals(appliedNow())) {
            if (networks.problem() == null) {
                networks.apply(claims);
            } else if (!claims.isEmpty()) {
                LOG.warn("{}", networks.problem());
            }
            // Launchers before whoever waits for the networks is told.
            changed.run();
            synchronized (this) {
                applied = claims;
                appliedOnce = true;
                notifyAll();
            }
        } else if (System.nanoTime() - refreshedAt > LOOK_MILLIS * NANOS_PER_MILLI && networks.problem() == null) {
            networks.refresh();
            refreshedAt = System.nanoTime();
        }
    }

    private synchronized SortedMap<RootName, SortedMap<Port, PortClaim>> appliedNow() {
        return applied;
    }

    private synchronized boolean isAsked(LinkedRoot root) {
        return root.equals(asked.get(root.target().root()));
    }

    private void ask(LinkedRoot root) throws IOException, InterruptedException {
        RootName name = root.target().root();
        Set<Port> wanted = shipped.of(root);
        SortedMap<Port, PortClaim> present = situation.image().claims(name);
        boolean same = present.keySet().containsAll(wanted)
                && present.values().stream()
                        .filter(claim -> claim.source() == PortSource.SHIPPED)
                        .allMatch(claim -> wanted.contains(claim.inside()));
        Position position = Position.NONE;
        if (!same) {
            HostOffer offer = offer();
            try {
                position = repository.lease(
                        host,
                        name,
                        PortSource.SHIPPED,
                        wanted,
                        offer,
                        UUID.randomUUID().toString());
            } catch (RepositoryProblem e) {
                if (e.isTransient()) {
                    throw e;
                }
                LOG.warn("the ports {} of {} are refused: {}", wanted, name, e.getMessage());
            }
        }
        synchronized (this) {
            asked.put(name, root);
            if (position.isAfter(answered)) {
                answered = position;
            }
            notifyAll();
        }
    }

    /** What this machine can lease now. */
    public HostOffer offer() throws IOException {
        List<Port> occupied = new ArrayList<>(SocketTable.ports(SocketTable.listeners(hostSockets())));
        return new HostOffer(occupied.subList(0, Math.min(occupied.size(), MAX_OCCUPIED)), networks.lowestPort());
    }

    private static Map<String, String> hostSockets() throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : SocketTable.FILES) {
            if (Files.exists(NET.resolve(name))) {
                texts.put(name, Files.readString(NET.resolve(name)));
            }
        }
        return texts;
    }

    /**
     * Waits until what these roots want is asked, answered and carried out here.
     *
     * @param recorded up to which events must have arrived
     * @return whether that is so; false when {@code limit} is over
     */
    public boolean await(Collection<RootName> roots, Position recorded, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!roots.stream().allMatch(root -> isSettled(root, recorded))) {
            long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                return false;
            }
            synchronized (this) {
                wait(Math.min(left, INTERRUPT_AGAIN_MILLIS));
            }
        }
        return true;
    }

    private synchronized boolean isSettled(RootName root, Position recorded) {
        HostImage now = mounted;
        if (now == null || !now.roots().containsKey(root)) {
            return now != null;
        }
        LinkedRoot linked = now.roots().get(root);
        return linked != null
                && linked.equals(asked.get(root))
                && !answered.isAfter(situation.heard())
                && !recorded.isAfter(situation.heard())
                && situation.image().claims(root).equals(applied.getOrDefault(root, Collections.emptySortedMap()));
    }

    /** What every root binds and what listens there now. */
    public List<PortUse> uses() throws IOException {
        List<PortUse> uses = new ArrayList<>();
        for (RootName root : situation.image().claims().keySet()) {
            List<Listener> listeners = SocketTable.listeners(networks.sockets(root));
            Map<Long, String> holders = SocketHolders.names(
                    Set.copyOf(listeners.stream().map(Listener::inode).toList()));
            for (PortClaim claim : situation.image().claims(root).values()) {
                List<String> processes = listeners.stream()
                        .filter(listener -> listener.port().equals(claim.inside()))
                        .map(listener -> holders.getOrDefault(listener.inode(), "?"))
                        .distinct()
                        .toList();
                uses.add(new PortUse(
                        root, claim.inside(), claim.outside(), claim.source(), networks.address(root), processes));
            }
        }
        return uses;
    }

    /** What programs of the root listen on now, for others than themselves. */
    public Set<Port> listening(RootName root) throws IOException {
        Map<String, String> own = networks.sockets(root);
        List<Listener> listeners = new ArrayList<>(SocketTable.listeners(own.isEmpty() ? hostSockets() : own));
        listeners.removeIf(Listener::loopback);
        if (own.isEmpty()) {
            Set<Long> sockets = SocketHolders.ofRoot(root.text());
            listeners.removeIf(listener -> !sockets.contains(listener.inode()));
        }
        return SocketTable.ports(listeners);
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // Java 17's HTTP client loses an interruption while an answer's body is read (JDK-8294047).
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(INTERRUPT_AGAIN_MILLIS);
        }
        networks.close();
    }
}

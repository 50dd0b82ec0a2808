package org.cloister.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.cloister.agent.guest.ServiceGuests;
import org.cloister.agent.lease.LeaseKeeper;
import org.cloister.agent.root.Launchers;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.supervise.RootEntrances;
import org.cloister.events.Position;
import org.cloister.events.RootName;

/** How services get into their roots: as what {@code cloister run} starts, in a chroot or a guest. */
record ServiceEntrances(Launchers launchers, LeaseKeeper leases, ServiceGuests guests, AgentDatabase database)
        implements RootEntrances {
    /** A repository that doesn't grant ports in this time doesn't keep a service down. */
    private static final Duration NETWORK_LIMIT = Duration.ofSeconds(10);

    private static final String CHROOT = "chroot";
    private static final String GUEST = "guest";

    @Override
    public Way way(RootName root, Path init, List<String> limits) throws IOException, InterruptedException {
        if (isInGuest(root)) {
            return new Way(guests.enter(root, init, limits), List.of());
        }
        guests.leave(root);
        return new Way(
                List.of(
                        launchers.enter(root).toString(),
                        "--service",
                        init.toString(),
                        "/usr/bin/perl",
                        "/run/cloister/init"),
                limits);
    }

    @Override
    public boolean isInGuest(RootName root) throws IOException {
        return database.fact(fact(root)).filter(GUEST::equals).isPresent();
    }

    @Override
    public void isolate(RootName root, boolean inGuest) throws IOException {
        database.setFact(fact(root), inGuest ? GUEST : CHROOT);
    }

    private static String fact(RootName root) {
        return "isolation of services of " + root;
    }

    @Override
    public boolean isNetworkTheAgents(RootName root) {
        return leases.entry(root)
                .map(entry -> entry.kind() == NetworkEntry.Kind.USER)
                .orElse(false);
    }

    @Override
    public void awaitNetwork(RootName root) throws InterruptedException {
        leases.await(List.of(root), Position.NONE, NETWORK_LIMIT);
    }
}

package org.cloister.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.cloister.agent.guest.ServiceGuests;
import org.cloister.agent.image.HostImage;
import org.cloister.agent.lease.LeaseKeeper;
import org.cloister.agent.report.Reports;
import org.cloister.agent.root.Launchers;
import org.cloister.agent.root.NetworkEntry;
import org.cloister.agent.state.AgentDatabase;
import org.cloister.agent.supervise.RootEntrances;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.Isolation;
import org.cloister.events.Position;
import org.cloister.events.RootName;

/** How services get into their roots: as what {@code cloister run} starts, in a chroot or a guest. */
record ServiceEntrances(Launchers launchers, LeaseKeeper leases, ServiceGuests guests, Decisions decisions)
        implements RootEntrances {
    /**
     * What was decided of isolation, on this machine or, for an agent that begins from nothing, by events.
     *
     * @param reported called when a report was queued
     */
    record Decisions(AgentDatabase database, Reports reports, Runnable reported, Supplier<HostImage> image) {}

    /** A repository that doesn't grant ports in this time doesn't keep a service down. */
    private static final Duration NETWORK_LIMIT = Duration.ofSeconds(10);

    @Override
    public Way way(RootName root, Path init, List<String> limits) throws IOException, InterruptedException {
        if (isolation(root) == Isolation.GUEST) {
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
    public Isolation isolation(RootName root) throws IOException {
        return decisions
                .database()
                .fact(fact(root))
                .map(Isolation::parse)
                .orElseGet(() -> decisions.image().get().isolation(root));
    }

    @Override
    public void isolate(RootName root, Isolation isolation) throws IOException {
        decisions
                .database()
                .queue(
                        decisions.reports().of(List.of(new ServicesIsolated(root, isolation))),
                        fact(root),
                        isolation.text());
        decisions.reported().run();
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

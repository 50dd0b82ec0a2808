package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.HostId;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.RootName;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.decide.HostPorts;
import org.cloister.repo.decide.Leases;
import org.cloister.repo.decide.Leases.Lease;
import org.cloister.repo.decide.Leases.Waiting;
import org.cloister.repo.view.HostsView.HostEntry;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** The ports of hosts: who holds them, who waits, who asks. */
final class LeaseEndpoints {
    private final CommandService commands;
    private final Views views;
    private final Workers workers;

    LeaseEndpoints(CommandService commands, Views views, Workers workers) {
        this.commands = commands;
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("getLeases", this::get)
                .on("requestLeases", this::lease)
                .on("releaseLeases", this::release)
                .on("changePortPolicy", this::changePolicy);
    }

    private record Wishes(
            RootName root,
            String source,
            List<Port> ports,
            @Nullable Set<Port> occupied,
            @Nullable Integer lowest) {
        HostPorts offered() {
            return new HostPorts(occupied == null ? Set.of() : occupied, lowest == null ? 1 : lowest);
        }
    }

    private void lease(Exchange exchange) {
        Wishes body = exchange.body(Wishes.class);
        PortSource source = PortSource.valueOf(body.source().toUpperCase(Locale.ROOT));
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(
                        views,
                        commands.lease(
                                exchange.request(),
                                host(exchange),
                                body.root(),
                                source,
                                body.ports(),
                                body.offered())));
    }

    private record Unwanted(RootName root, List<Port> ports) {}

    private void release(Exchange exchange) {
        Unwanted body = exchange.body(Unwanted.class);
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(
                        views, commands.release(exchange.request(), host(exchange), body.root(), body.ports())));
    }

    private void changePolicy(Exchange exchange) {
        Outcomes.recorded(
                exchange,
                HttpStatus.OK,
                Outcomes.whenVisible(
                        views,
                        commands.changePortPolicy(
                                exchange.request(), host(exchange), exchange.body(PortPolicy.class))));
    }

    /** A lease for those who ask. */
    record Held(
            RootName root,
            Port inside,
            Port outside,
            String source,
            String reason,
            Instant since,
            long position,
            String by) {
        static Held of(Lease lease) {
            LeaseGranted granted = lease.granted();
            return new Held(
                    granted.root(),
                    granted.inside(),
                    granted.outside(),
                    Texts.lower(granted.source()),
                    granted.reason(),
                    lease.since().at(),
                    lease.since().position().value(),
                    lease.since().by().text());
        }
    }

    private record Waits(
            RootName root,
            Port inside,
            Port wanted,
            @Nullable RootName holder,
            String reason,
            Instant since,
            long position) {
        static Waits of(Waiting waiting) {
            LeaseRefused refused = waiting.refused();
            return new Waits(
                    refused.root(),
                    refused.inside(),
                    refused.wanted(),
                    refused.holder(),
                    refused.reason(),
                    waiting.since().at(),
                    waiting.since().position().value());
        }
    }

    private record Ports(PortPolicy policy, List<Held> leases, List<Waits> waiting) {}

    private void get(Exchange exchange) {
        HostId host = host(exchange);
        exchange.current(views, workers, () -> {
            HostEntry entry = HostReads.enrolled(views, host);
            Leases leases = entry.state().leases();
            return new Ports(
                    leases.policy(),
                    leases.held().values().stream().map(Held::of).toList(),
                    leases.waiting().values().stream().map(Waits::of).toList());
        });
    }

    private static HostId host(Exchange exchange) {
        return new HostId(exchange.path("host"));
    }
}

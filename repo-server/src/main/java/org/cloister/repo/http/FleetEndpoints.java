package org.cloister.repo.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.cloister.events.HostEvent;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.Delivery;
import org.cloister.repo.audit.HostCondition;
import org.cloister.repo.audit.InstallationsView;
import org.cloister.repo.audit.OutdatedRoot;
import org.cloister.repo.decide.Drift;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.HostsView.HostEntry;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** How the fleet stands: who is behind, who is silent, what was served and never arrived. */
final class FleetEndpoints {
    private final Audit audit;
    private final Views views;
    private final Sightings sightings;
    private final Workers workers;

    FleetEndpoints(Audit audit, Views views, Sightings sightings, Workers workers) {
        this.audit = audit;
        this.views = views;
        this.sightings = sightings;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("auditFleet", this::fleet).on("auditDeliveries", this::deliveries);
    }

    private record Outdated(RootName root, String name, String version, String newest) {
        static Outdated of(OutdatedRoot outdated) {
            return new Outdated(
                    outdated.root(),
                    outdated.installed().name().text(),
                    outdated.installed().version().text(),
                    outdated.newest().text());
        }
    }

    private record Host(
            HostId host,
            String name,
            @Nullable Instant retiredAt,
            @Nullable Instant lastReportAt,
            @Nullable Instant seenAt,
            @Nullable Long clockAheadSeconds,
            int repeatedSequences,
            @Nullable Instant sequenceRepeatedAt,
            int open,
            @Nullable Instant waitingSince,
            @Nullable Long waitingAt,
            int damaged,
            @Nullable Drifted drift,
            List<Outdated> outdated) {}

    private record Drifted(Instant since, long position, List<HostEvent.Difference> differences, long more) {
        static @Nullable Drifted of(HostState state) {
            Drift drift = state.drift();
            return drift == null
                    ? null
                    : new Drifted(
                            drift.since().at(),
                            drift.since().position().value(),
                            drift.found().differences(),
                            drift.found().more());
        }
    }

    private record Mirror(
            String name,
            String suite,
            @Nullable Instant date,
            @Nullable Instant synchronizedAt,
            @Nullable String failure) {
        static @Nullable Mirror of(MirrorState state) {
            var definition = state.definition();
            var last = state.lastSync();
            var failure = state.lastFailure();
            return definition == null
                    ? null
                    : new Mirror(
                            definition.name().text(),
                            definition.suite(),
                            last == null ? null : last.date(),
                            state.synchronizedAt(),
                            failure == null ? null : failure.reason());
        }
    }

    private record Fleet(List<Host> hosts, List<Mirror> mirrors) {}

    private void fleet(Exchange exchange) {
        exchange.current(views, workers, () -> {
            List<Mirror> mirrors = new ArrayList<>();
            for (MirrorState state : views.mirrors().all().values()) {
                Mirror mirror = Mirror.of(state);
                if (mirror != null) {
                    mirrors.add(mirror);
                }
            }
            return new Fleet(
                    views.hosts().all().stream()
                            .map(this::host)
                            .sorted(Comparator.comparing(Host::name).thenComparing(Host::host))
                            .toList(),
                    mirrors);
        });
    }

    private Host host(HostEntry entry) {
        HostCondition condition = HostCondition.of(entry.state());
        Occurrence waiting = condition.waitingSince();
        Sightings.Sighting sighting = sightings.last(entry.host());
        return new Host(
                entry.host(),
                HostsView.nameOf(entry),
                entry.state().retirement() == null ? null : entry.last().at(),
                entry.lastReportAt(),
                sighting.at(),
                sighting.clockAheadSeconds(),
                sighting.repeated(),
                sighting.repeatedAt(),
                condition.open(),
                waiting == null ? null : waiting.at(),
                waiting == null ? null : waiting.position().value(),
                condition.damaged(),
                Drifted.of(entry.state()),
                OutdatedRoot.of(entry.state(), views.catalog()).stream()
                        .map(Outdated::of)
                        .toList());
    }

    private record Undelivered(
            HostId host,
            String hostName,
            RootName root,
            String name,
            String version,
            long request,
            Instant askedAt,
            String by,
            @Nullable String failure) {}

    private record Unserved(HostId host, RootName root, String name, String version, long position, Instant at) {
        static Unserved of(InstallationsView.Unserved unserved) {
            return new Unserved(
                    unserved.host(),
                    unserved.root(),
                    unserved.requested().name().text(),
                    unserved.requested().version().text(),
                    unserved.reported().position().value(),
                    unserved.reported().at());
        }
    }

    private record Deliveries(List<Undelivered> notInstalled, List<Unserved> notServed) {}

    private void deliveries(Exchange exchange) {
        exchange.current(
                views,
                workers,
                () -> new Deliveries(
                        views.hosts().all().stream()
                                .flatMap(entry -> Delivery.notInstalled(entry).stream()
                                        .map(delivery -> undelivered(entry, delivery)))
                                .toList(),
                        audit.unserved().stream().map(Unserved::of).toList()));
    }

    private static Undelivered undelivered(HostEntry entry, Delivery delivery) {
        return new Undelivered(
                delivery.host(),
                HostsView.nameOf(entry),
                delivery.root(),
                delivery.requested().name().text(),
                delivery.requested().version().text(),
                delivery.asked().position().value(),
                delivery.asked().at(),
                delivery.asked().by().text(),
                delivery.failure());
    }
}

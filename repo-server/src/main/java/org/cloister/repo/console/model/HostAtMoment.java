package org.cloister.repo.console.model;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.audit.HostSnapshot;
import org.cloister.repo.decide.Devices;
import org.cloister.repo.decide.Drift;
import org.cloister.repo.decide.Leases;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.decide.RootStatus;
import org.cloister.repo.decide.Services.Service;
import org.jspecify.annotations.Nullable;

/** A host as it was at a moment: its package set and what that held of the machine. */
public record HostAtMoment(
        Limited<Root> roots,
        Limited<Lease> leases,
        Limited<Waiting> waiting,
        Limited<Device> devices,
        Limited<ServiceRow> services,
        Limited<Guest> guests,
        Limited<Damage> damaged,
        Limited<Damage> drifted) {

    /**
     * A root.
     *
     * @param there the version that the host last reported to have, or null
     * @param failure why the newest request for it failed, or null
     */
    public record Root(
            String name,
            PackageName packageName,
            String version,
            @Nullable String there,
            String state,
            String tone,
            int members,
            When asked,
            String by,
            Position request,
            @Nullable String failure) {
        static Root of(RootStatus status, Instant now) {
            Change installed = status.installed();
            RootTarget there = installed == null ? null : installed.target();
            return new Root(
                    status.root().text(),
                    status.target().requested().name(),
                    status.target().requested().version().text(),
                    there == null ? null : there.requested().version().text(),
                    status.state().name().toLowerCase(Locale.ROOT),
                    tone(status),
                    status.target().closure().packages().size(),
                    When.of(status.asked().at(), now),
                    status.asked().by().text(),
                    status.asked().position(),
                    status.failure());
        }

        private static String tone(RootStatus status) {
            return status.failure() != null
                    ? "bad"
                    : switch (status.state()) {
                        case INSTALLED -> "good";
                        case REQUESTED, REMOVING -> "info";
                        case FAILED -> "bad";
                    };
        }
    }

    public record Lease(String root, String inside, String outside, String reason, When since) {}

    public record Waiting(String root, String inside, String wanted, String reason, When since) {}

    /** @param roots that may use it */
    public record Device(
            String id, String kind, String label, String node, boolean attached, List<String> roots, When since) {}

    public record ServiceRow(String root, String name, boolean enabled, boolean up, String detail, When since) {}

    public record Guest(String id, String root, int memory, When since) {}

    /** @param place a path in a root, or where that isn't known the object */
    public record Damage(String place, String root, String found) {}

    public static HostAtMoment of(HostSnapshot snapshot, Instant now) {
        var state = snapshot.state();
        List<Service> services = state.services().byRoot().values().stream()
                .flatMap(ofRoot -> ofRoot.values().stream())
                .toList();
        return new HostAtMoment(
                Limited.of(snapshot.roots(), root -> Root.of(root, now)),
                Limited.of(state.leases().held().values(), lease -> lease(lease, now)),
                Limited.of(state.leases().waiting().values(), waiting -> waiting(waiting, now)),
                devices(state.devices(), now),
                Limited.of(services, service -> service(service, now)),
                Limited.of(snapshot.guests(), guest -> guest(guest, now)),
                damaged(state.damaged().values()),
                drifted(state.drift()));
    }

    private static Lease lease(Leases.Lease lease, Instant now) {
        var granted = lease.granted();
        return new Lease(
                granted.root().text(),
                granted.inside().toString(),
                granted.outside().toString(),
                granted.reason(),
                since(lease.since(), now));
    }

    private static Waiting waiting(Leases.Waiting waiting, Instant now) {
        var refused = waiting.refused();
        return new Waiting(
                refused.root().text(),
                refused.inside().toString(),
                refused.wanted().toString(),
                refused.reason(),
                since(waiting.since(), now));
    }

    private static Limited<Device> devices(Devices devices, Instant now) {
        return Limited.of(
                devices.known().values(),
                known -> new Device(
                        known.device().device().text(),
                        known.device().kind().text(),
                        known.device().label(),
                        known.device().node(),
                        known.attached(),
                        devices.of(known.device().device()).keySet().stream()
                                .map(root -> root.text())
                                .toList(),
                        since(known.since(), now)));
    }

    private static ServiceRow service(Service service, Instant now) {
        var exited = service.exited();
        return new ServiceRow(
                service.root().text(),
                service.name().text(),
                service.enabled(),
                service.up(),
                service.up() || exited == null ? "" : exited.detail(),
                since(service.since(), now));
    }

    private static Guest guest(HostSnapshot.Guest guest, Instant now) {
        return new Guest(
                guest.started().guest().text(),
                guest.started().root().text(),
                guest.started().memory(),
                since(guest.since(), now));
    }

    private static Limited<Damage> damaged(Collection<IntegrityViolated> all) {
        return Limited.of(
                all,
                damage -> new Damage(
                        damage.path().isEmpty() ? damage.object().toString() : damage.path(),
                        damage.root() == null ? "" : damage.root().text(),
                        damage.found()));
    }

    private static Limited<Damage> drifted(@Nullable Drift drift) {
        return drift == null
                ? new Limited<>(List.of(), 0)
                : new Limited<>(
                        drift.found().differences().stream()
                                .map(one -> new Damage(one.path(), "", one.found()))
                                .toList(),
                        (int) Math.min(
                                Integer.MAX_VALUE,
                                drift.found().differences().size()
                                        + drift.found().more()));
    }

    private static When since(Occurrence occurrence, Instant now) {
        return When.of(occurrence.at(), now);
    }
}

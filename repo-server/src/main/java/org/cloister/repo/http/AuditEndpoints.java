package org.cloister.repo.http;

import java.time.Instant;
import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.DeviceId;
import org.cloister.events.Digest;
import org.cloister.events.GuestId;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageName;
import org.cloister.events.layer.Closure;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.HistoryEntry;
import org.cloister.repo.audit.HistoryFilter;
import org.cloister.repo.audit.HistoryPage;
import org.cloister.repo.audit.HostSnapshot;
import org.cloister.repo.audit.Moment;
import org.cloister.repo.decide.Devices;
import org.cloister.repo.decide.RootHistory.Change;
import org.cloister.repo.decide.RootStatus;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Questions about the past. */
final class AuditEndpoints {
    private static final int PAGE = 100;

    private final Audit audit;
    private final Views views;
    private final Workers workers;

    AuditEndpoints(Audit audit, Views views, Workers workers) {
        this.audit = audit;
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("auditHost", this::host).on("getHistory", this::history).on("auditCorrelation", this::correlation);
    }

    private record Member(String name, String version, String architecture, Digest artifact) {}

    private record Root(
            String root,
            String name,
            String version,
            String closure,
            @Nullable LayerId configured,
            long since,
            String principal,
            List<Member> packages) {}

    private record Granted(RootName root, DeviceId device, Instant since, long position, String by) {
        static Granted of(Devices.Grant grant) {
            return new Granted(
                    grant.granted().root(),
                    grant.granted().device(),
                    grant.since().at(),
                    grant.since().position().value(),
                    grant.since().by().text());
        }
    }

    private record HostBody(
            HostId host,
            String name,
            long position,
            Instant at,
            List<Root> roots,
            List<LeaseEndpoints.Held> leases,
            List<Granted> devices,
            List<ServiceEndpoints.Shown> services,
            List<Guest> guests) {}

    private record Guest(RootName root, GuestId guest, int memory, Instant since, long position) {
        static Guest of(HostSnapshot.Guest running) {
            return new Guest(
                    running.started().root(),
                    running.started().guest(),
                    running.started().memory(),
                    running.since().at(),
                    running.since().position().value());
        }
    }

    private void host(Exchange exchange) {
        HostId host = new HostId(exchange.path("host"));
        String at = exchange.query("at");
        Moment moment = at == null ? Moment.now() : Exchange.value(at, Moment::parse);
        exchange.current(views, workers, () -> {
            HostSnapshot snapshot = audit.hostAt(host, moment)
                    .orElseThrow(() -> RefusedException.of(
                            Rule.HOST_NOT_ENROLLED,
                            "no host " + host + " was enrolled then",
                            "see GET /v1/hosts for the hosts and when they were enrolled"));
            List<Root> roots = snapshot.roots().stream()
                    .filter(status -> installed(status) != null)
                    .map(this::root)
                    .toList();
            return new HostBody(
                    host,
                    snapshot.name(),
                    snapshot.last().position().value(),
                    snapshot.last().at(),
                    roots,
                    snapshot.state().leases().held().values().stream()
                            .map(LeaseEndpoints.Held::of)
                            .toList(),
                    snapshot.state().devices().grants().values().stream()
                            .flatMap(ofDevice -> ofDevice.values().stream())
                            .map(Granted::of)
                            .toList(),
                    ServiceEndpoints.shown(snapshot.state().services()),
                    snapshot.guests().stream().map(Guest::of).toList());
        });
    }

    /** What the host reported to have: the audit tells what was there, not what was wanted. */
    private static @Nullable Change installed(RootStatus status) {
        Change installed = status.installed();
        return installed == null || installed.target() == null ? null : installed;
    }

    private Root root(RootStatus status) {
        Change installed = installed(status);
        if (installed == null || installed.target() == null) {
            throw new IllegalStateException("nothing is installed in " + status.root());
        }
        var target = installed.target();
        var answer = installed.answer();
        return new Root(
                status.root().text(),
                target.requested().name().text(),
                target.requested().version().text(),
                views.closures().idOf(target.closure()).toString(),
                answer == null ? null : answer.configured(),
                (answer == null ? installed.asked() : answer.reported())
                        .position()
                        .value(),
                installed.asked().by().text(),
                target.closure().packages().stream().map(AuditEndpoints::member).toList());
    }

    private static Member member(Closure.Member member) {
        return new Member(
                member.id().name().text(),
                member.id().version().text(),
                member.id().architecture().text(),
                member.artifact());
    }

    private record Entry(
            long position,
            Instant at,
            String stream,
            String type,
            String principal,
            String correlation,
            String summary) {}

    private record HistoryBody(
            List<Entry> entries, @Nullable Position next) {}

    private void history(Exchange exchange) {
        HistoryFilter filter = new HistoryFilter(
                value(exchange, "host", HostId::new),
                value(exchange, "package", PackageName::new),
                value(exchange, "principal", Principal::new),
                null);
        Position before = new Position(exchange.query("after", Long.MAX_VALUE));
        String at = exchange.query("at");
        Moment moment = at == null ? Moment.now() : Exchange.value(at, Moment::parse);
        int limit = (int) exchange.query("limit", PAGE);
        exchange.current(views, workers, () -> {
            Position then = audit.positionAt(moment, views.projection().position());
            Position first = before.isAfter(then) ? then.next() : before;
            HistoryPage page = audit.newestFirst(filter, first, limit);
            return new HistoryBody(
                    page.entries().stream().map(AuditEndpoints::entry).toList(), page.next());
        });
    }

    private record CorrelationBody(String correlation, List<Entry> entries) {}

    private void correlation(Exchange exchange) {
        CorrelationId correlation = Exchange.value(exchange.path("correlation"), CorrelationId::new);
        exchange.current(views, workers, () -> {
            List<HistoryEntry> found = audit.correlated(correlation);
            if (found.isEmpty()) {
                throw RefusedException.of(
                        Rule.NOT_FOUND,
                        "nothing is tied to " + correlation.text(),
                        "the history has the correlation of every entry: cloister history --json");
            }
            return new CorrelationBody(
                    correlation.text(),
                    found.stream().map(AuditEndpoints::entry).toList());
        });
    }

    private static <T> @Nullable T value(Exchange exchange, String name, java.util.function.Function<String, T> form) {
        String text = exchange.query(name);
        return text == null ? null : Exchange.value(text, form);
    }

    private static Entry entry(HistoryEntry entry) {
        var recorded = entry.recorded();
        return new Entry(
                recorded.position().value(),
                recorded.recordedAt(),
                recorded.stream().toString(),
                recorded.type(),
                recorded.principal().text(),
                recorded.correlation().text(),
                entry.summary());
    }
}

package org.cloister.repo.http;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.Answer;
import org.cloister.repo.decide.HostRequest;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.RootStatus;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.HostsView.HostEntry;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** What hosts there are and what they shall have. */
final class HostReads {
    /** The newest requests that are told with a host. */
    private static final int REQUESTS = 50;

    private final Views views;
    private final Workers workers;

    HostReads(Views views, Workers workers) {
        this.views = views;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("listHosts", this::list).on("getHost", this::get);
    }

    private record Summary(
            HostId host,
            String name,
            Instant enrolledAt,
            boolean retired,
            int roots,
            @Nullable Instant lastReportAt) {}

    private void list(Exchange exchange) {
        exchange.current(
                views,
                workers,
                () -> Map.of(
                        "hosts",
                        views.hosts().all().stream()
                                .map(HostReads::summary)
                                .sorted(Comparator.comparing(Summary::name).thenComparing(Summary::host))
                                .toList()));
    }

    private static Summary summary(HostEntry entry) {
        HostState state = entry.state();
        int roots = (int) state.roots().values().stream()
                .filter(history -> history.present() != null)
                .count();
        return new Summary(
                entry.host(),
                HostsView.nameOf(entry),
                entry.enrolled().at(),
                state.retirement() != null,
                roots,
                entry.lastReportAt());
    }

    private record Root(
            RootName root,
            String name,
            String version,
            String architecture,
            String closure,
            @Nullable LayerId configured,
            String state,
            long request,
            @Nullable String reason) {}

    private record Asked(
            long position,
            String kind,
            Instant at,
            String by,
            String correlation,
            boolean closed,
            Map<String, String> roots) {}

    private record Detail(
            HostId host,
            String name,
            String publicKey,
            Instant enrolledAt,
            boolean retired,
            long position,
            @Nullable Digest generation,
            List<Root> roots,
            List<Asked> requests) {}

    /** What is known of {@code host}. Refuses one that nobody enrolled, and says where to look. */
    static HostEntry enrolled(Views views, HostId host) {
        HostEntry entry = views.hosts().find(host);
        if (entry == null) {
            throw RefusedException.of(
                    Rule.HOST_NOT_ENROLLED, "no host " + host + " is enrolled", "see GET /v1/hosts for those that are");
        }
        return entry;
    }

    private void get(Exchange exchange) {
        HostId host = new HostId(exchange.path("host"));
        exchange.current(views, workers, () -> {
            HostEntry entry = enrolled(views, host);
            return detail(entry);
        });
    }

    private Detail detail(HostEntry entry) {
        HostState state = entry.state();
        List<Root> roots = RootStatus.of(state).stream().map(this::root).toList();
        var enrolment = state.enrolment();
        return new Detail(
                entry.host(),
                HostsView.nameOf(entry),
                enrolment == null ? "" : enrolment.publicKey(),
                entry.enrolled().at(),
                state.retirement() != null,
                entry.last().position().value(),
                state.generation(),
                roots,
                requests(state));
    }

    private Root root(RootStatus status) {
        PackageId requested = status.target().requested();
        Answer answer = status.answer();
        return new Root(
                status.root(),
                requested.name().text(),
                requested.version().text(),
                requested.architecture().text(),
                views.closures().idOf(status.target().closure()).toString(),
                answer == null ? null : answer.configured(),
                Texts.lower(status.state()),
                status.asked().position().value(),
                status.failure());
    }

    private static List<Asked> requests(HostState state) {
        List<HostRequest> all = new ArrayList<>(state.requests().values());
        List<Asked> newestFirst = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0 && newestFirst.size() < REQUESTS; i--) {
            newestFirst.add(asked(all.get(i)));
        }
        return newestFirst;
    }

    private static Asked asked(HostRequest request) {
        Map<String, String> roots = new TreeMap<>();
        for (RootName root : request.before().keySet()) {
            Answer answer = request.answers().get(root);
            roots.put(root.text(), answer == null ? "open" : outcome(answer));
        }
        return new Asked(
                request.asked().position().value(),
                Texts.lower(request.kind()),
                request.asked().at(),
                request.asked().by().text(),
                request.asked().correlation().text(),
                request.closed(),
                roots);
    }

    private static String outcome(Answer answer) {
        String result = Texts.lower(answer.result());
        return answer.reason() == null ? result : result + ": " + answer.reason();
    }
}

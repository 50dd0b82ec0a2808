package org.cloister.repo.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.cloister.events.AdvisoryId;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.advisory.AdvisoriesView;
import org.cloister.repo.advisory.AdvisoriesView.Known;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.Exposure;
import org.cloister.repo.audit.Moment;
import org.cloister.repo.audit.PackageInterval;
import org.cloister.repo.audit.PackageInterval.Mark;
import org.cloister.repo.audit.VersionRange;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Who had what from when to when. */
final class IntervalEndpoints {
    private static final int PAGE = 1_000;

    private final Audit audit;
    private final Views views;
    private final AdvisoriesView advisories;
    private final Workers workers;

    IntervalEndpoints(Audit audit, Views views, AdvisoriesView advisories, Workers workers) {
        this.audit = audit;
        this.views = views;
        this.advisories = advisories;
        this.workers = workers;
    }

    void register(Endpoints endpoints) {
        endpoints.on("auditPackage", this::packageIntervals).on("auditExposure", this::exposure);
    }

    /** An event: where it stands and when it was recorded. */
    private record At(long position, Instant at) {
        static @Nullable At of(@Nullable Mark mark) {
            return mark == null ? null : new At(mark.position().value(), mark.at());
        }
    }

    private record Interval(
            HostId host,
            String hostName,
            RootName root,
            String name,
            String version,
            String architecture,
            boolean direct,
            String requested,
            Principal by,
            long request,
            @Nullable At from,
            @Nullable At until,
            @Nullable String ending) {}

    private record Page(
            long asOf,
            List<Interval> intervals,
            int total,
            @Nullable Integer next) {}

    private void packageIntervals(Exchange exchange) {
        PackageName name = new PackageName(exchange.path("name"));
        String range = exchange.query("version");
        VersionRange versions =
                range == null ? VersionRange.ALL : Exchange.value(range, text -> VersionRange.parse(name, text));
        Selection selection = Selection.of(exchange);
        exchange.current(views, workers, () -> {
            Position asOf = selection.asOf(audit, views);
            var found = selection.page(audit.having(name, versions, asOf), interval -> interval);
            return new Page(
                    asOf.value(), found.rows().stream().map(this::interval).toList(), found.total(), found.next());
        });
    }

    private record Exposed(
            @JsonUnwrapped Interval interval,
            String source,
            String sourceVersion,
            @Nullable String release,
            String judgement) {}

    private record ExposurePage(
            long asOf,
            List<AdvisoryBody> advisories,
            List<Exposed> intervals,
            int total,
            @Nullable Integer next) {}

    private void exposure(Exchange exchange) {
        AdvisoryId name = Exchange.value(exchange.path("advisory"), AdvisoryId::new);
        Selection selection = Selection.of(exchange);
        exchange.current(views, workers, () -> {
            List<Known> known = advisories.find(name);
            if (known.isEmpty()) {
                throw RefusedException.of(
                        Rule.NOT_FOUND,
                        "no advisory " + name + " was imported",
                        "import it: cloister audit advisory import FILE");
            }
            Position asOf = selection.asOf(audit, views);
            var found = selection.page(
                    audit.exposure(known.stream().map(Known::advisory).toList(), asOf), Exposure::interval);
            return new ExposurePage(
                    asOf.value(),
                    known.stream().map(AdvisoryBody::of).toList(),
                    found.rows().stream().map(this::exposed).toList(),
                    found.total(),
                    found.next());
        });
    }

    private Exposed exposed(Exposure exposure) {
        return new Exposed(
                interval(exposure.interval()),
                exposure.source().name().text(),
                exposure.source().version().text(),
                exposure.release().isEmpty() ? null : exposure.release(),
                exposure.judgement().text());
    }

    /** What of all intervals is wanted. */
    private record Selection(Moment moment, boolean lasting, int after, int limit) {
        static Selection of(Exchange exchange) {
            String at = exchange.query("at");
            return new Selection(
                    at == null ? Moment.now() : Exchange.value(at, Moment::parse),
                    "true".equals(exchange.query("lasting")),
                    (int) exchange.query("after", 0),
                    (int) exchange.query("limit", PAGE));
        }

        Position asOf(Audit audit, Views views) {
            return audit.positionAt(moment, views.projection().position());
        }

        <T> Selected<T> page(List<T> all, Function<T, PackageInterval> interval) {
            List<T> wanted = all.stream()
                    .filter(one -> !lasting || interval.apply(one).until() == null)
                    .toList();
            int end = (int) Math.min(wanted.size(), (long) after + limit);
            return new Selected<>(
                    wanted.subList(Math.min(after, end), end), wanted.size(), end < wanted.size() ? end : null);
        }
    }

    /** A page. */
    private record Selected<T>(
            List<T> rows, int total, @Nullable Integer next) {}

    private Interval interval(PackageInterval interval) {
        HostsView.HostEntry entry = views.hosts().find(interval.host());
        return new Interval(
                interval.host(),
                entry == null ? interval.host().text() : HostsView.nameOf(entry),
                interval.root(),
                interval.id().name().text(),
                interval.id().version().text(),
                interval.id().architecture().text(),
                interval.direct(),
                interval.requested().toString(),
                interval.by(),
                interval.request().value(),
                At.of(interval.from()),
                At.of(interval.until()),
                interval.ending() == null ? null : interval.ending().text());
    }
}

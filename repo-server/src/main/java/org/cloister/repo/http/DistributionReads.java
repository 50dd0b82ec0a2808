package org.cloister.repo.http;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.repo.apt.DistributionPackages;
import org.cloister.repo.apt.DistributionPackages.Difference;
import org.cloister.repo.apt.DistributionPackages.Member;
import org.cloister.repo.apt.Publication;
import org.cloister.repo.apt.Publisher;
import org.cloister.repo.audit.Moment;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Distributions as they are and as they were. */
final class DistributionReads {
    private static final int STATES = 20;
    private static final int PAGE = 1_000;

    private final Views views;
    private final Publisher publisher;
    private final Workers workers;
    private final DistributionPackages packages;

    DistributionReads(Views views, Publisher publisher, Workers workers) {
        this.views = views;
        this.publisher = publisher;
        this.workers = workers;
        this.packages = new DistributionPackages(views.listings());
    }

    void register(Endpoints endpoints) {
        endpoints
                .on("listDistributions", this::list)
                .on("getDistribution", this::get)
                .on("listDistributionPackages", this::packages)
                .on("compareDistributions", this::compare);
    }

    private record Distribution(
            DistributionDefined definition,
            boolean held,
            Position position,
            Instant changedAt,
            Instant date,
            int packages,
            Map<String, Position> listings,
            @Nullable Position published,
            @Nullable String failure) {}

    private Distribution distribution(DistributionSnapshot now) {
        DistributionName name = now.definition().name();
        Publication published = publisher.current(name);
        Map<String, Position> listings = new TreeMap<>();
        now.contents().mirrors().forEach((mirror, position) -> listings.put(mirror.text(), position));
        return new Distribution(
                now.definition(),
                now.held(),
                now.at().position(),
                now.at().at(),
                now.date(),
                packages.of(now).size(),
                listings,
                published == null ? null : published.position(),
                publisher.failure(name));
    }

    private void list(Exchange exchange) {
        exchange.current(
                views,
                workers,
                () -> Map.of(
                        "distributions",
                        views.distributions().all().values().stream()
                                .map(DistributionHistory::now)
                                .filter(Objects::nonNull)
                                .map(this::distribution)
                                .toList()));
    }

    private record State(Position position, Instant at, String by, Instant date, int packages) {}

    private record Detail(Distribution distribution, List<State> states) {}

    private void get(Exchange exchange) {
        DistributionName name = Exchange.value(exchange.path("name"), DistributionName::new);
        long limit = exchange.query("limit", STATES);
        long before = exchange.query("before", Long.MAX_VALUE);
        exchange.current(views, workers, () -> {
            DistributionHistory history = history(name);
            List<State> states = newest(history.newestFirst(), before, limit);
            return new Detail(distribution(snapshot(name, null)), states);
        });
    }

    private List<State> newest(Collection<DistributionSnapshot> snapshots, long before, long limit) {
        return snapshots.stream()
                .filter(snapshot -> snapshot.at().position().value() < before)
                .limit(limit)
                .map(snapshot -> new State(
                        snapshot.at().position(),
                        snapshot.at().at(),
                        snapshot.at().by().text(),
                        snapshot.date(),
                        packages.of(snapshot).size()))
                .toList();
    }

    private DistributionHistory history(DistributionName name) {
        DistributionHistory history = views.distributions().find(name);
        if (history == null) {
            throw RefusedException.of(
                    Rule.DISTRIBUTION_NOT_DEFINED,
                    "no distribution is named " + name,
                    "see which there are: cloister distribution list");
        }
        return history;
    }

    /** @param moment null: now */
    private DistributionSnapshot snapshot(DistributionName name, @Nullable String moment) {
        DistributionHistory history = history(name);
        Moment at = moment == null ? Moment.now() : Exchange.value(moment, Moment::parse);
        DistributionSnapshot snapshot =
                at instanceof Moment.After after ? history.at(after.position()) : history.at(((Moment.At) at).time());
        if (snapshot == null) {
            throw RefusedException.of(
                    Rule.DISTRIBUTION_NOT_DEFINED,
                    "distribution " + name + " was not defined at " + moment,
                    "see its states: cloister distribution show " + name);
        }
        return snapshot;
    }

    private record Package(String name, String version, String architecture, String component) {
        static Package of(Member member) {
            return new Package(
                    member.id().name().text(),
                    member.id().version().text(),
                    member.id().architecture().text(),
                    member.component());
        }
    }

    private record Page(
            DistributionName name,
            Position position,
            List<Package> packages,
            @Nullable String next) {}

    private void packages(Exchange exchange) {
        DistributionName name = Exchange.value(exchange.path("name"), DistributionName::new);
        String at = exchange.query("at");
        String after = exchange.query("after");
        long limit = exchange.query("limit", PAGE);
        exchange.current(views, workers, () -> {
            DistributionSnapshot snapshot = snapshot(name, at);
            List<String> names = packages.of(snapshot).stream()
                    .map(member -> member.id().name().text())
                    .distinct()
                    .filter(each -> after == null || each.compareTo(after) > 0)
                    .limit(limit + 1)
                    .toList();
            List<String> page = names.subList(0, (int) Math.min(limit, names.size()));
            java.util.Set<String> wanted = page.stream().collect(Collectors.toSet());
            List<Package> members = packages.of(snapshot).stream()
                    .filter(member -> wanted.contains(member.id().name().text()))
                    .map(Package::of)
                    .toList();
            return new Page(
                    name,
                    snapshot.at().position(),
                    members,
                    names.size() > page.size() ? page.get(page.size() - 1) : null);
        });
    }

    private record Changed(String name, String architecture, String before, String after) {}

    private record Differences(
            DistributionName name,
            Position position,
            DistributionName with,
            Position withPosition,
            List<Package> added,
            List<Package> removed,
            List<Changed> changed) {}

    private void compare(Exchange exchange) {
        DistributionName name = Exchange.value(exchange.path("name"), DistributionName::new);
        String with = exchange.query("with");
        String at = exchange.query("at");
        String withAt = exchange.query("withAt");
        DistributionName other = with == null ? name : Exchange.value(with, DistributionName::new);
        exchange.current(views, workers, () -> {
            DistributionSnapshot one = snapshot(name, at);
            DistributionSnapshot two = snapshot(other, withAt);
            Difference difference = packages.difference(one, two);
            return new Differences(
                    name,
                    one.at().position(),
                    other,
                    two.at().position(),
                    difference.added().stream().map(Package::of).toList(),
                    difference.removed().stream().map(Package::of).toList(),
                    difference.changed().stream()
                            .map(each -> new Changed(
                                    each.before().id().name().text(),
                                    each.before().id().architecture().text(),
                                    each.before().id().version().text(),
                                    each.after().id().version().text()))
                            .toList());
        });
    }
}

package org.cloister.repo.console;

import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.repo.apt.DistributionPackages;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.console.model.Comparison;
import org.cloister.repo.console.model.DistributionPage;
import org.cloister.repo.console.model.DistributionRow;
import org.cloister.repo.console.model.Limited;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/** Distributions: what they have, had, and have otherwise than others; promoted and rolled back by operators. */
final class DistributionPages {
    private final CommandService commands;
    private final Views views;
    private final DistributionPackages packages;

    DistributionPages(CommandService commands, Views views) {
        this.commands = commands;
        this.views = views;
        this.packages = new DistributionPackages(views.listings());
    }

    void register(Routes routes) {
        routes.page("/distributions", "listDistributions", this::list)
                .page("/distributions/:name", "getDistribution", this::one)
                .page("/distributions/:name/compare", "compareDistributions", this::compare)
                .action("/distributions/:name/promote", "promoteDistribution", this::promote)
                .action("/distributions/:name/rollback", "rollBackDistribution", this::rollBack);
    }

    private Answer list(Visit visit) {
        List<DistributionSnapshot> all = views.distributions().all().values().stream()
                .map(DistributionHistory::now)
                .filter(Objects::nonNull)
                .toList();
        return new Answer.Page(
                "Distributions",
                Section.DISTRIBUTIONS,
                "distributions.jte",
                "list",
                Limited.of(all, snapshot -> row(visit, snapshot)));
    }

    private DistributionRow row(Visit visit, DistributionSnapshot snapshot) {
        return DistributionRow.of(snapshot, packages.of(snapshot).size(), visit.now());
    }

    private Answer one(Visit visit) {
        DistributionName name = name(visit);
        DistributionPage page = new DistributionPage(
                row(visit, snapshot(name, null)),
                history(name).newestFirst().stream()
                        .limit(DistributionPage.STATES)
                        .map(snapshot -> DistributionPage.State.of(snapshot, visit.now()))
                        .toList(),
                names());
        return new Answer.Page(name.text(), Section.DISTRIBUTIONS, "distribution.jte", "page", page);
    }

    private Answer compare(Visit visit) {
        DistributionName name = name(visit);
        DistributionName with = visit.value("with", DistributionName::new);
        DistributionSnapshot left = snapshot(name, visit.value("at", EventPages::position));
        DistributionSnapshot right = snapshot(with == null ? name : with, visit.value("withAt", EventPages::position));
        Comparison comparison = Comparison.of(
                Comparison.Side.of(left), Comparison.Side.of(right), packages.difference(left, right), names());
        return new Answer.Page("Compare " + name, Section.DISTRIBUTIONS, "comparison.jte", "comparison", comparison);
    }

    private Future<Answer> promote(Visit visit) {
        DistributionName from = name(visit);
        DistributionName to = visit.required("to", DistributionName::new);
        Position asOf = visit.value("asOf", EventPages::position);
        return Commands.done(
                visit,
                views,
                commands.promote(visit.request(), from, to, asOf),
                DistributionRow.href(to),
                done -> to + " has what " + from + (asOf == null ? " has." : " had after event " + asOf + "."));
    }

    private Future<Answer> rollBack(Visit visit) {
        DistributionName name = name(visit);
        Position to = visit.required("to", EventPages::position);
        return Commands.done(
                visit,
                views,
                commands.rollBackDistribution(visit.request(), name, to, visit.required("reason", text -> text)),
                DistributionRow.href(name),
                done -> name + " has what it had after event " + to + ".");
    }

    private static DistributionName name(Visit visit) {
        return visit.path("name", DistributionName::new);
    }

    private List<String> names() {
        return views.distributions().all().keySet().stream()
                .map(DistributionName::text)
                .toList();
    }

    private DistributionHistory history(DistributionName name) {
        DistributionHistory history = views.distributions().find(name);
        if (history == null) {
            throw RefusedException.of(
                    Rule.DISTRIBUTION_NOT_DEFINED, "no distribution is named " + name, "the list has those that are");
        }
        return history;
    }

    /** @param position null: now */
    private DistributionSnapshot snapshot(DistributionName name, @Nullable Position position) {
        DistributionSnapshot snapshot =
                position == null ? history(name).now() : history(name).at(position);
        if (snapshot == null) {
            throw RefusedException.of(
                    Rule.DISTRIBUTION_NOT_DEFINED,
                    "the distribution " + name + " was not defined yet then",
                    "choose a later position");
        }
        return snapshot;
    }
}

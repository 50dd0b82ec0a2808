package org.cloister.repo.console;

import io.vertx.core.Future;
import java.util.List;
import java.util.stream.Collectors;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.Version;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Wanted;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.view.Views;

/** What operators ask of a host. */
final class HostActions {
    private final CommandService commands;
    private final Views views;

    HostActions(CommandService commands, Views views) {
        this.commands = commands;
        this.views = views;
    }

    void register(Routes routes) {
        routes.action("/hosts/:host/install", "requestInstall", this::install)
                .action("/hosts/:host/roots", "requestRemoval", this::change)
                .action("/hosts/:host/retire", "retireHost", this::retire);
    }

    private Future<Answer> install(Visit visit) {
        HostId host = host(visit);
        PackageName name = visit.required("package", PackageName::new);
        Wanted wanted = new Wanted(
                name, visit.value("version", text -> Version.of(name, text)), visit.value("alias", RootName::new));
        return Commands.done(
                visit,
                views,
                commands.install(visit.request(), host, List.of(wanted), false),
                Links.host(host),
                targets -> "Asked for " + named(targets) + ".");
    }

    private Future<Answer> change(Visit visit) {
        HostId host = host(visit);
        List<RootName> roots = List.of(visit.required("root", RootName::new));
        return switch (visit.text("do")) {
            case "upgrade" ->
                Commands.done(
                        visit,
                        views,
                        commands.upgrade(visit.request(), host, roots),
                        Links.host(host),
                        targets -> targets.isEmpty()
                                ? roots.get(0) + " is the newest already."
                                : "Asked for " + named(targets) + ".");
            case "rollback" ->
                Commands.done(
                        visit,
                        views,
                        commands.rollback(visit.request(), host, roots),
                        Links.host(host),
                        targets -> "Asked to roll back to " + named(targets) + ".");
            case "remove" ->
                Commands.done(
                        visit,
                        views,
                        commands.remove(visit.request(), host, roots),
                        Links.host(host),
                        removed -> "Asked to remove " + roots.get(0) + ".");
            default ->
                throw RefusedException.of(
                        Rule.MALFORMED_REQUEST, "nothing is to be done", "use one of the buttons on the host's page");
        };
    }

    private Future<Answer> retire(Visit visit) {
        HostId host = host(visit);
        String reason = visit.required("reason", text -> text);
        return Commands.done(
                visit,
                views,
                commands.retire(visit.request(), host, reason),
                Links.host(host),
                retired -> "The host is retired.");
    }

    private static HostId host(Visit visit) {
        return visit.path("host", HostId::new);
    }

    private static String named(List<RootTarget> targets) {
        return targets.stream()
                .map(target ->
                        target.requested().name() + " " + target.requested().version() + " in " + target.root())
                .collect(Collectors.joining(", "));
    }
}

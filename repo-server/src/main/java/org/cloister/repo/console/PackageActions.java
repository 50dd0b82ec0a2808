package org.cloister.repo.console;

import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.view.Views;

/** Versions are yanked and restored by publishers. */
final class PackageActions {
    private final CommandService commands;
    private final Views views;

    PackageActions(CommandService commands, Views views) {
        this.commands = commands;
        this.views = views;
    }

    void register(Routes routes) {
        routes.action("/packages/:name/yank", "yankPackage", visit -> {
                    PackageId id = id(visit);
                    return Commands.done(
                            visit,
                            views,
                            commands.yank(visit.request(), id, reason(visit)),
                            Links.pkg(id.name()),
                            done -> id.version()
                                    + " is yanked: no new closure chooses it, hosts that have it keep it.");
                })
                .action("/packages/:name/restore", "restorePackage", visit -> {
                    PackageId id = id(visit);
                    return Commands.done(
                            visit,
                            views,
                            commands.restore(visit.request(), id, reason(visit)),
                            Links.pkg(id.name()),
                            done -> id.version() + " can be chosen again.");
                });
    }

    private static String reason(Visit visit) {
        return visit.required("reason", text -> text);
    }

    private static PackageId id(Visit visit) {
        PackageName name = visit.path("name", PackageName::new);
        return visit.required("version", version -> PackageId.of(name.text(), version, visit.text("architecture")));
    }
}

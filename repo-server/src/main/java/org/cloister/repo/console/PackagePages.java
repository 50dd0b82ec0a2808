package org.cloister.repo.console;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.StreamId;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.audit.PackageInterval;
import org.cloister.repo.audit.VersionRange;
import org.cloister.repo.console.model.Limited;
import org.cloister.repo.console.model.PackageHolders;
import org.cloister.repo.console.model.PackageList;
import org.cloister.repo.console.model.PackagePage;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.control.ControlLimits;
import org.cloister.repo.control.ControlSyntaxException;
import org.cloister.repo.control.Paragraph;
import org.cloister.repo.decide.PackageState.Published;
import org.cloister.repo.decide.Rule;
import org.cloister.repo.http.RefusedException;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.view.CatalogEntry;
import org.cloister.repo.view.HostsView;
import org.cloister.repo.view.HostsView.HostEntry;
import org.cloister.repo.view.Views;

/** What is published, and who has it. */
final class PackagePages {
    private static final int EVENTS = 15;

    private final Views views;
    private final EventStore store;
    private final Audit audit;
    private final EventRows events;

    PackagePages(Views views, EventStore store, Audit audit, EventRows events) {
        this.views = views;
        this.store = store;
        this.audit = audit;
        this.events = events;
    }

    void register(Routes routes) {
        routes.page("/packages", "listPackages", this::list).page("/packages/:name", "getPackage", this::one);
    }

    private Answer list(Visit visit) {
        String text = visit.text("q");
        PackageName after = visit.value("after", PackageName::new);
        PackageList list = PackageList.of(
                text,
                after == null ? null : after.text(),
                views.catalog().size(),
                views.catalog().search(text, after, PackageList.PAGE + 1));
        return new Answer.Page("Packages", Section.PACKAGES, "packages.jte", "list", list);
    }

    private Answer one(Visit visit) {
        PackageName name = visit.path("name", PackageName::new);
        CatalogEntry entry = views.catalog().find(name);
        if (entry == null) {
            throw RefusedException.of(
                    Rule.NOT_PUBLISHED, "no package " + name + " is published", "search for it among those that are");
        }
        PackageHolders holders = PackageHolders.of(name, views.hosts().all());
        Published newest = entry.versions().get(0);
        var recent =
                store.readNewest(EventFilter.of(StreamId.ofPackage(name.text())), new Position(Long.MAX_VALUE), EVENTS);
        PackagePage page = PackagePage.of(
                entry,
                control(newest),
                holders,
                intervals(name, visit.now()),
                events.rows(recent.events(), visit.now()),
                visit.now());
        return new Answer.Page(name.text(), Section.PACKAGES, "package.jte", "page", page);
    }

    /** Who had which version, whole closures counted, the newest beginning first. */
    private Limited<PackagePage.Interval> intervals(PackageName name, Instant now) {
        List<PackageInterval> all = new ArrayList<>(audit.having(name, VersionRange.ALL, store.head()));
        Collections.reverse(all);
        return Limited.of(all, interval -> PackagePage.Interval.of(interval, hostName(interval.host()), now));
    }

    private String hostName(HostId host) {
        HostEntry entry = views.hosts().find(host);
        return entry == null ? host.text() : HostsView.nameOf(entry);
    }

    private static Paragraph control(Published version) {
        try {
            return Paragraph.parse(version.event().control(), ControlLimits.PACKAGE);
        } catch (ControlSyntaxException e) {
            throw new IllegalStateException(
                    "a control paragraph that was imported: " + version.event().id(), e);
        }
    }
}

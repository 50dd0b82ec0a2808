package org.cloister.repo.console;

import java.util.List;
import java.util.Locale;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.repo.console.model.Fleet;
import org.cloister.repo.console.model.Health;
import org.cloister.repo.console.model.HostRow;
import org.cloister.repo.console.model.Links;
import org.cloister.repo.console.model.PackageList;
import org.cloister.repo.console.model.SearchPage;
import org.cloister.repo.console.model.Section;
import org.cloister.repo.log.EventFilter;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.view.Views;

/** The fleet, and what the search box finds. */
final class FleetPages {
    private final Views views;
    private final EventStore store;
    private final HostRows rows;

    FleetPages(Views views, EventStore store, HostRows rows) {
        this.views = views;
        this.store = store;
        this.rows = rows;
    }

    void register(Routes routes) {
        routes.page("/", "listHosts", this::fleet).page("/search", "listHosts", this::search);
    }

    private Answer fleet(Visit visit) {
        Integer page = visit.value("page", Integer::valueOf);
        Fleet fleet = Fleet.of(
                rows.all(visit.now()),
                visit.text("q"),
                visit.value("health", Health::parse),
                page == null ? 1 : page,
                store.head());
        return new Answer.Page("Fleet", Section.FLEET, "fleet.jte", "fleet", fleet);
    }

    private Answer search(Visit visit) {
        String text = visit.text("q");
        if (isPosition(text)) {
            return new Answer.Elsewhere(Links.event(new Position(Long.parseLong(text))));
        }
        if (isCorrelation(text)) {
            return new Answer.Elsewhere(Links.events(new CorrelationId(text)));
        }
        String lowerCase = text.toLowerCase(Locale.ROOT);
        List<HostRow> hosts = text.isEmpty()
                ? List.of()
                : rows.all(visit.now()).stream()
                        .filter(row -> row.matches(lowerCase))
                        .limit(SearchPage.MAX)
                        .toList();
        List<PackageList.Row> packages = text.isEmpty()
                ? List.of()
                : views.catalog().search(text, null, SearchPage.MAX).stream()
                        .map(PackageList.Row::of)
                        .toList();
        SearchPage page = new SearchPage(text, hosts, packages);
        return page.only()
                .<Answer>map(Answer.Elsewhere::new)
                .orElseGet(() -> new Answer.Page("Search", null, "search.jte", "page", page));
    }

    private boolean isPosition(String text) {
        return text.matches("[0-9]{1,18}")
                && Long.parseLong(text) >= 1
                && Long.parseLong(text) <= store.head().value();
    }

    /** Ids are long; a short word is rather a name. */
    private boolean isCorrelation(String text) {
        return text.matches("[A-Za-z0-9-]{20,64}")
                && !store.readNewest(
                                new EventFilter(null, null, null, null, new CorrelationId(text)),
                                new Position(Long.MAX_VALUE),
                                1)
                        .events()
                        .isEmpty();
    }
}

package org.cloister.repo.console.model;

import java.util.List;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * A page of the event explorer.
 *
 * @param types that there are, for the form
 * @param newest whether the page begins with the newest event, so that those to come belong on top of it
 * @param next before which the next page begins, or null
 */
public record EventList(
        EventSearch search,
        List<String> kinds,
        List<String> types,
        List<EventRow> rows,
        boolean newest,
        Position head,
        @Nullable Position next) {
    /** Events of one page. */
    public static final int PAGE = 50;

    public String nextHref() {
        return search.href(next);
    }
}

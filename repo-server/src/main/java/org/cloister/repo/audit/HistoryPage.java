package org.cloister.repo.audit;

import java.util.List;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * Some of the history, by position.
 *
 * @param next what to ask for as {@code after} to get the next page; null: this was the last
 */
public record HistoryPage(
        List<HistoryEntry> entries, @Nullable Position next) {
    public HistoryPage {
        entries = List.copyOf(entries);
    }
}

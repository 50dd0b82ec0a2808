package org.cloister.repo.log;

import java.util.List;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Some events, the newest first.
 *
 * @param next before which to look further; null: there are no others
 */
public record NewestEvents(
        List<RecordedEvent> events, @Nullable Position next) {
    public NewestEvents {
        events = List.copyOf(events);
    }
}

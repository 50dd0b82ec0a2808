package org.cloister.repo.decide;

import org.cloister.events.AdvisoryEvent;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.jspecify.annotations.Nullable;

/**
 * One advisory. Immutable.
 *
 * @param known what was imported last, or null
 */
public record AdvisoryState(@Nullable AdvisoryImported known) implements AdvisoryEvent.Cases<AdvisoryState> {
    public static final AdvisoryState EMPTY = new AdvisoryState(null);

    public AdvisoryState evolve(AdvisoryEvent event) {
        return event.match(this);
    }

    @Override
    public AdvisoryState on(AdvisoryImported event) {
        return new AdvisoryState(event);
    }
}

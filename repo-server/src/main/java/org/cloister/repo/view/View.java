package org.cloister.repo.view;

import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;

/**
 * Something that is kept up to date by {@link Projection}. Readers on other threads see every event up to the projection's
 * position, and may see some after it.
 */
public interface View {
    /** Called in order of position, on the projection's thread only; must not block. Events that don't concern it are dropped. */
    void apply(RecordedEvent recorded, Event event);
}

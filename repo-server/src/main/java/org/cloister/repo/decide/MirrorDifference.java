package org.cloister.repo.decide;

import java.util.List;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.Position;

/**
 * What a synchronization of complete indexes found, and what it compared with.
 *
 * @param definition by which it was synchronized
 * @param basis where the end of the synchronization stands from whose state {@code events} lead on
 * @param events pages and their end
 */
public record MirrorDifference(MirrorDefined definition, Position basis, List<MirrorEvent> events) {
    public MirrorDifference {
        events = List.copyOf(events);
    }
}

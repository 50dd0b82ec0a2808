package org.cloister.repo.decide;

import java.time.Instant;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;

/** Where and when an event stands in the log, and on whose behalf. */
public record Occurrence(Position position, Instant at, Principal by, CorrelationId correlation) {
    public static Occurrence of(RecordedEvent event) {
        return new Occurrence(event.position(), event.recordedAt(), event.principal(), event.correlation());
    }
}

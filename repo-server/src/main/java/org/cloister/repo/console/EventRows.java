package org.cloister.repo.console;

import java.time.Instant;
import java.util.List;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.audit.Audit;
import org.cloister.repo.console.model.EventRow;

/** Events as lists show them. Thread-safe. */
final class EventRows {
    private final Audit audit;

    EventRows(Audit audit) {
        this.audit = audit;
    }

    EventRow row(RecordedEvent event, Instant now) {
        return EventRow.of(event, audit.summary(event), now);
    }

    List<EventRow> rows(List<RecordedEvent> events, Instant now) {
        return events.stream().map(event -> row(event, now)).toList();
    }
}

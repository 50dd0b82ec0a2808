package org.cloister.repo.console.model;

import java.time.Instant;
import org.cloister.events.CorrelationId;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;

/** An event in a list. */
public record EventRow(
        Position position,
        When at,
        StreamId stream,
        String type,
        Principal person,
        CorrelationId correlation,
        String summary) {
    /** What a summary has at most: some name many roots. */
    private static final int MAX_SUMMARY = 300;

    private static final int SHORT = 8;

    public static EventRow of(RecordedEvent event, String summary, Instant now) {
        return new EventRow(
                event.position(),
                When.of(event.recordedAt(), now),
                event.stream(),
                event.type(),
                event.principal(),
                event.correlation(),
                summary.length() <= MAX_SUMMARY ? summary : summary.substring(0, MAX_SUMMARY) + "…");
    }

    /** As much of the correlation id as tells it from its neighbours. */
    public String shortCorrelation() {
        String text = correlation.text();
        return text.length() <= SHORT ? text : text.substring(0, SHORT) + "…";
    }

    public String href() {
        return Links.event(position);
    }

    /** The stream's name without its kind, for a narrow column; a closure's is a digest. */
    public String about() {
        String name = stream.name();
        return stream.kind() == StreamId.Kind.CLOSURE ? name.substring(0, Math.min(12, name.length())) + "…" : name;
    }
}

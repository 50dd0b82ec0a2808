package org.cloister.repo.log;

import org.cloister.events.CorrelationId;
import org.cloister.events.Principal;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.jspecify.annotations.Nullable;

/**
 * Which events are wanted; what is null is not looked at.
 *
 * @param kind of the stream
 * @param type the event's record name
 */
public record EventFilter(
        @Nullable StreamId stream,
        StreamId.@Nullable Kind kind,
        @Nullable String type,
        @Nullable Principal principal,
        @Nullable CorrelationId correlation) {
    public static final EventFilter ALL = new EventFilter(null, null, null, null, null);

    public static EventFilter of(StreamId stream) {
        return new EventFilter(stream, null, null, null, null);
    }

    public boolean includes(RecordedEvent event) {
        return (stream == null || stream.equals(event.stream()))
                && (kind == null || kind == event.stream().kind())
                && (type == null || type.equals(event.type()))
                && (principal == null || principal.equals(event.principal()))
                && (correlation == null || correlation.equals(event.correlation()));
    }

    /** Whether an index finds all that is wanted and nothing else. */
    boolean isIndexed() {
        return type == null && principal == null && correlation == null;
    }
}

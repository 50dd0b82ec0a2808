package org.cloister.repo.log;

import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.Principal;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;

/**
 * The accepted outcome of one command.
 *
 * @param request the same id again appends nothing and returns {@link AppendResult.Repeated}
 * @param parts each stream at most once, in the order in which their events shall stand
 */
public record Append(RequestId request, Principal principal, CorrelationId correlation, List<Part> parts) {
    /** Limits a command, and so a batch and a transaction. */
    public static final int MAX_EVENTS = 100_000;

    /**
     * Events for one stream; without any, only the condition that nothing was added to it since.
     *
     * @param expectedVersion the stream's version that the decision was made on, 0 for a new stream
     */
    public record Part(StreamId stream, long expectedVersion, List<Event> events) {
        public Part {
            events = List.copyOf(events);
        }
    }

    public Append {
        parts = List.copyOf(parts);
        long events = parts.stream().mapToLong(part -> part.events().size()).sum();
        long streams = parts.stream().map(Part::stream).distinct().count();
        if (events == 0 || events > MAX_EVENTS || streams != parts.size()) {
            throw new IllegalArgumentException(
                    "a command appends 1 to " + MAX_EVENTS + " events, and names each stream once");
        }
    }
}

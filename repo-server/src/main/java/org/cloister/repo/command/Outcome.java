package org.cloister.repo.command;

import java.util.List;
import org.cloister.events.CorrelationId;
import org.cloister.events.Event;
import org.cloister.events.Position;
import org.cloister.repo.decide.Refusal;

/** What became of a command. {@code A} is what its asker wants to know. */
public sealed interface Outcome<A> {
    /**
     * Recorded, durable, at {@code first} to {@code last}.
     *
     * @param repeated whether an earlier request of the same id did it; all else is as it was answered then
     */
    record Accepted<A>(
            A answer, Position first, Position last, List<Event> events, CorrelationId correlation, boolean repeated)
            implements Outcome<A> {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    /** All was as wanted already; nothing was recorded. {@code asOf}: the log's head when that was found. */
    record Unchanged<A>(A answer, Position asOf, CorrelationId correlation) implements Outcome<A> {}

    /** Nothing was recorded. */
    record Refused<A>(Refusal refusal) implements Outcome<A> {}
}

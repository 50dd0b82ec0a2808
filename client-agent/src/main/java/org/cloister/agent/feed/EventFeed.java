package org.cloister.agent.feed;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;

/**
 * A host's own events after a position, in order, each at least once and in practice once: what was handed out is not handed
 * out again by the same feed. One thread.
 */
public interface EventFeed extends AutoCloseable {
    /**
     * What comes next.
     *
     * @param events may be empty; positions ascend
     * @param upTo no event of this host at or before this position is still to come
     * @param more whether there is more to be had at once
     */
    record Batch(List<RecordedEvent> events, Position upTo, boolean more) {
        public Batch {
            events = List.copyOf(events);
        }
    }

    /**
     * Waits up to {@code wait} for the first event.
     *
     * @throws IOException if the feed is broken; it can only be closed then, and another be opened
     */
    Batch poll(Duration wait) throws IOException, InterruptedException;

    /** {@code kafka} or {@code http}. */
    String name();

    /** Where the feed is, for opening it again without searching; may be empty. */
    String hint();

    @Override
    void close();
}

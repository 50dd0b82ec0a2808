package org.cloister.agent.feed;

import java.io.IOException;
import org.cloister.events.Position;

/** Opens feeds of one kind. */
@FunctionalInterface
public interface FeedSource {
    /**
     * @param hint of an earlier feed of any kind; one that doesn't fit is ignored
     * @throws IOException if there is no such feed now
     */
    EventFeed open(Position after, String hint) throws IOException, InterruptedException;
}

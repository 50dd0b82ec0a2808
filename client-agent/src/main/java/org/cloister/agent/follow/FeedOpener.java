package org.cloister.agent.follow;

import org.cloister.agent.feed.EventFeed;
import org.cloister.events.Position;

/** Opens the host's feed after a position; it finds a way to the events by itself. */
@FunctionalInterface
public interface FeedOpener {
    EventFeed open(Position after, String hint);
}

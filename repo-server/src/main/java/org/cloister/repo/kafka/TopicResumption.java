package org.cloister.repo.kafka;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.Position;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out where relaying goes on: at the cursor; before it where a broker lost what it had acknowledged; at the first position, in a new
 * epoch, where the topics aren't those that the cursor speaks of, or hold what the log has not (any more).
 */
final class TopicResumption {
    private static final Logger LOG = LoggerFactory.getLogger(TopicResumption.class);

    private final RelayCursor cursor;
    private final TopicAdmin topics;

    TopicResumption(RelayCursor cursor, TopicAdmin topics) {
        this.cursor = cursor;
        this.topics = topics;
    }

    RelayCursor.Place resume() throws IOException, InterruptedException {
        RelayCursor.Place kept = cursor.read();
        TopicEnds present = topics.ensure();
        if (kept.ends().ids().isEmpty() && present.isEmpty() && kept.position().equals(Position.NONE)) {
            return moved(new RelayCursor.Place(kept.epoch(), Position.NONE, present));
        }
        if (!kept.ends().ids().equals(present.ids())) {
            return rebuild("the topics are not those that were written before");
        }
        Position head = cursor.head();
        if (areAhead(kept, present, head)) {
            return rebuild(
                    "the topics go on after position " + head + ", where the log ends: it was restored from a backup");
        }
        Position from = withoutLosses(kept, present);
        return moved(new RelayCursor.Place(kept.epoch(), from, present));
    }

    /** Deletes the topics, makes them again, and begins an epoch at the first position. */
    RelayCursor.Place rebuild(String reason) throws IOException, InterruptedException {
        LOG.warn("rebuilding the topics: {}", reason);
        topics.delete();
        TopicEnds empty = topics.ensure();
        long epoch = cursor.begin(reason, empty);
        return new RelayCursor.Place(epoch, Position.NONE, empty);
    }

    /** Looks only where something was sent after the cursor was moved last. */
    private boolean areAhead(RelayCursor.Place kept, TopicEnds present, Position head) throws IOException {
        Map<String, Long> later = new TreeMap<>(present.offsets());
        later.entrySet()
                .removeIf(written -> written.getValue() <= kept.ends().offsets().getOrDefault(written.getKey(), 0L));
        return topics.lastPositions(later).values().stream().anyMatch(last -> last.isAfter(head));
    }

    private Position withoutLosses(RelayCursor.Place kept, TopicEnds present) throws IOException {
        Position from = kept.position();
        for (Map.Entry<String, Long> written : kept.ends().offsets().entrySet()) {
            long end = present.offsets().getOrDefault(written.getKey(), 0L);
            if (end < written.getValue()) {
                LOG.warn("{} ended at {} and ends at {} now", written.getKey(), written.getValue(), end);
                Position last = topics.lastPositions(Map.of(written.getKey(), end))
                        .getOrDefault(written.getKey(), Position.NONE);
                from = from.isAfter(last) ? last : from;
            }
        }
        return from;
    }

    private RelayCursor.Place moved(RelayCursor.Place place) throws IOException {
        cursor.move(place);
        return place;
    }
}

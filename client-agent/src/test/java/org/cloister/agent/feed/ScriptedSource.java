package org.cloister.agent.feed;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;

/** Feeds over a list of events that fail when a test says so. */
final class ScriptedSource implements FeedSource {
    final List<Long> opened = new ArrayList<>();
    final List<String> hints = new ArrayList<>();
    boolean broken;
    /** Events after this position haven't arrived here yet. */
    long upTo = Long.MAX_VALUE;

    private final String name;
    private final List<RecordedEvent> log;

    ScriptedSource(String name, List<RecordedEvent> log) {
        this.name = name;
        this.log = log;
    }

    @Override
    public EventFeed open(Position after, String hint) throws IOException {
        if (broken) {
            throw new IOException(name + " is away");
        }
        opened.add(after.value());
        hints.add(hint);
        return new Feed(after);
    }

    private final class Feed implements EventFeed {
        private Position after;

        Feed(Position after) {
            this.after = after;
        }

        @Override
        public Batch poll(Duration wait) throws IOException {
            if (broken) {
                throw new IOException(name + " broke");
            }
            List<RecordedEvent> events = log.stream()
                    .filter(event ->
                            event.position().isAfter(after) && event.position().value() <= upTo)
                    .toList();
            if (!events.isEmpty()) {
                after = events.get(events.size() - 1).position();
            }
            return new Batch(events, after, false);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String hint() {
            return name.equals("kafka") ? name + ":" + after : "";
        }

        @Override
        public void close() {}
    }
}

package org.cloister.repo.collect;

import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.events.StreamId;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.retention.RetentionState;
import org.cloister.repo.view.View;

/** What the log says of content. */
public final class RetentionView implements View {
    private volatile Seen seen = new Seen(RetentionState.EMPTY, 0);

    /** @param version of the pool's stream */
    record Seen(RetentionState state, long version) {}

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        RetentionState after = seen.state().evolve(Occurrence.of(recorded), event);
        long version = recorded.stream().equals(StreamId.pool()) ? recorded.version() : seen.version();
        seen = new Seen(after, version);
    }

    public RetentionState state() {
        return seen.state();
    }

    Seen seen() {
        return seen;
    }
}

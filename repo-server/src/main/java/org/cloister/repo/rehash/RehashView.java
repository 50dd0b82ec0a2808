package org.cloister.repo.rehash;

import java.time.Instant;
import org.cloister.events.AuditEvent.Rehashed;
import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.repo.view.View;
import org.jspecify.annotations.Nullable;

/** What the last look at everything found. */
public final class RehashView implements View {
    private volatile @Nullable Last last;

    /**
     * A look.
     *
     * @param at when it ended
     * @param version of its stream
     */
    public record Last(Rehashed found, Instant at, long version) {}

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof Rehashed rehashed) {
            last = new Last(rehashed, recorded.recordedAt(), recorded.version());
        }
    }

    /** Null before the first. */
    public @Nullable Last last() {
        return last;
    }
}

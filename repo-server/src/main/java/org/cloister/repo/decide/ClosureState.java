package org.cloister.repo.decide;

import org.cloister.events.ClosureEvent;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** One closure's configured layer, null before there is one. A later one takes its place: that is only recorded when the pool had lost the one before. */
public record ClosureState(@Nullable LayerId configured) implements ClosureEvent.Cases<ClosureState> {
    public static final ClosureState EMPTY = new ClosureState(null);

    public ClosureState evolve(ClosureEvent event) {
        return event.match(this);
    }

    @Override
    public ClosureState on(ClosureConfigured event) {
        return new ClosureState(event.layer());
    }
}

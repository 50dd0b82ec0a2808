package org.cloister.events;

import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;

/** What happened to a closure ({@code closure:<digest>}). */
public sealed interface ClosureEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(ClosureConfigured event);
    }

    /**
     * The maintainer scripts of the closure ran once; what they wrote is {@code layer}, for every host. The first one stays, unless it
     * was collected from the pool: then the next one takes its place.
     */
    record ClosureConfigured(ClosureId closure, LayerId layer) implements ClosureEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}

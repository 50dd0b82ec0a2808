package org.cloister.repo.decide;

import java.time.Instant;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.jspecify.annotations.Nullable;

/**
 * One mirror. Immutable.
 *
 * @param synchronizedAt when {@code lastSync} was recorded
 * @param lastFailure null once a later synchronization ended well
 */
public record MirrorState(
        @Nullable MirrorDefined definition,
        @Nullable MirrorSynchronized lastSync,
        @Nullable Instant synchronizedAt,
        @Nullable MirrorSyncFailed lastFailure) {
    public static final MirrorState EMPTY = new MirrorState(null, null, null, null);

    public MirrorState evolve(Occurrence at, MirrorEvent event) {
        return event.match(new Evolution(this, at));
    }

    private record Evolution(MirrorState state, Occurrence at) implements MirrorEvent.Cases<MirrorState> {
        @Override
        public MirrorState on(MirrorDefined event) {
            return new MirrorState(event, state.lastSync, state.synchronizedAt, state.lastFailure);
        }

        @Override
        public MirrorState on(MirrorSynchronized event) {
            return new MirrorState(state.definition, event, at.at(), null);
        }

        @Override
        public MirrorState on(MirrorSyncFailed event) {
            return new MirrorState(state.definition, state.lastSync, state.synchronizedAt, event);
        }
    }
}

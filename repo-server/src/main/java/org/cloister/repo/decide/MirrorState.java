package org.cloister.repo.decide;

import java.time.Instant;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorEvent.PackagesListed;
import org.cloister.events.MirrorEvent.PackagesWithdrawn;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * One mirror, without what it lists. Immutable.
 *
 * @param definedAt where {@code definition} stands
 * @param lastSync the last synchronization of named packages
 * @param lastIndex the last synchronization of the complete indexes
 * @param indexedAt where {@code lastIndex} stands
 * @param synchronizedAt when the later of both was recorded
 * @param lastFailure null once a later synchronization ended well
 */
public record MirrorState(
        @Nullable MirrorDefined definition,
        Position definedAt,
        @Nullable MirrorSynchronized lastSync,
        @Nullable MirrorIndexed lastIndex,
        Position indexedAt,
        @Nullable Instant synchronizedAt,
        @Nullable MirrorSyncFailed lastFailure) {
    public static final MirrorState EMPTY = new MirrorState(null, Position.NONE, null, null, Position.NONE, null, null);

    public MirrorState evolve(Occurrence at, MirrorEvent event) {
        return event.match(new Evolution(this, at));
    }

    /** The newest Date that an InRelease of this mirror had; null if none was accepted. */
    public @Nullable Instant lastDate() {
        Instant named = lastSync == null ? null : lastSync.date();
        Instant complete = lastIndex == null ? null : lastIndex.date();
        return complete == null || (named != null && named.isAfter(complete)) ? named : complete;
    }

    private record Evolution(MirrorState state, Occurrence at) implements MirrorEvent.Cases<MirrorState> {
        @Override
        public MirrorState on(MirrorDefined event) {
            return new MirrorState(
                    event,
                    at.position(),
                    state.lastSync,
                    state.lastIndex,
                    state.indexedAt,
                    state.synchronizedAt,
                    state.lastFailure);
        }

        @Override
        public MirrorState on(MirrorSynchronized event) {
            return new MirrorState(
                    state.definition, state.definedAt, event, state.lastIndex, state.indexedAt, at.at(), null);
        }

        @Override
        public MirrorState on(MirrorSyncFailed event) {
            return new MirrorState(
                    state.definition,
                    state.definedAt,
                    state.lastSync,
                    state.lastIndex,
                    state.indexedAt,
                    state.synchronizedAt,
                    event);
        }

        @Override
        public MirrorState on(PackagesListed event) {
            return state;
        }

        @Override
        public MirrorState on(PackagesWithdrawn event) {
            return state;
        }

        @Override
        public MirrorState on(MirrorIndexed event) {
            return new MirrorState(
                    state.definition, state.definedAt, state.lastSync, event, at.position(), at.at(), null);
        }
    }
}

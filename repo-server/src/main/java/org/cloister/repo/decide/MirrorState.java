package org.cloister.repo.decide;

import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.jspecify.annotations.Nullable;

/** One mirror. Immutable. {@code lastFailure} is null once a later synchronization ended well. */
public record MirrorState(
        @Nullable MirrorDefined definition,
        @Nullable MirrorSynchronized lastSync,
        @Nullable MirrorSyncFailed lastFailure)
        implements MirrorEvent.Cases<MirrorState> {
    public static final MirrorState EMPTY = new MirrorState(null, null, null);

    public MirrorState evolve(MirrorEvent event) {
        return event.match(this);
    }

    @Override
    public MirrorState on(MirrorDefined event) {
        return new MirrorState(event, lastSync, lastFailure);
    }

    @Override
    public MirrorState on(MirrorSynchronized event) {
        return new MirrorState(definition, event, null);
    }

    @Override
    public MirrorState on(MirrorSyncFailed event) {
        return new MirrorState(definition, lastSync, event);
    }
}

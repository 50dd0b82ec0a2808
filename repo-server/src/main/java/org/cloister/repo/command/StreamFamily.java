package org.cloister.repo.command;

import org.cloister.events.AccessEvent;
import org.cloister.events.AdvisoryEvent;
import org.cloister.events.ClosureEvent;
import org.cloister.events.DistributionEvent;
import org.cloister.events.Event;
import org.cloister.events.HostEvent;
import org.cloister.events.MirrorEvent;
import org.cloister.events.PackageEvent;
import org.cloister.events.PoolEvent;
import org.cloister.events.TrustEvent;
import org.cloister.events.UserEvent;
import org.cloister.repo.decide.AccessState;
import org.cloister.repo.decide.AdvisoryState;
import org.cloister.repo.decide.ClosureState;
import org.cloister.repo.decide.DistributionState;
import org.cloister.repo.decide.HostState;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.decide.Occurrence;
import org.cloister.repo.decide.PackageState;
import org.cloister.repo.decide.PoolState;
import org.cloister.repo.decide.TrustState;
import org.cloister.repo.decide.UserRegistryState;

/** How the events of one kind of stream are folded to a state. */
record StreamFamily<S, E extends Event>(S empty, Class<E> events, Evolution<S, E> evolution) {
    static final StreamFamily<PackageState, PackageEvent> PACKAGE =
            new StreamFamily<>(PackageState.EMPTY, PackageEvent.class, PackageState::evolve);
    static final StreamFamily<MirrorState, MirrorEvent> MIRROR =
            new StreamFamily<>(MirrorState.EMPTY, MirrorEvent.class, MirrorState::evolve);
    static final StreamFamily<ClosureState, ClosureEvent> CLOSURE =
            new StreamFamily<>(ClosureState.EMPTY, ClosureEvent.class, (state, at, event) -> state.evolve(event));
    static final StreamFamily<HostState, HostEvent> HOST =
            new StreamFamily<>(HostState.EMPTY, HostEvent.class, HostState::evolve);
    static final StreamFamily<AccessState, AccessEvent> ACCESS =
            new StreamFamily<>(AccessState.EMPTY, AccessEvent.class, (state, at, event) -> state.evolve(event));
    static final StreamFamily<UserRegistryState, UserEvent> USERS =
            new StreamFamily<>(UserRegistryState.EMPTY, UserEvent.class, (state, at, event) -> state.evolve(event));
    static final StreamFamily<DistributionState, DistributionEvent> DISTRIBUTION = new StreamFamily<>(
            DistributionState.EMPTY, DistributionEvent.class, (state, at, event) -> state.evolve(event));
    static final StreamFamily<AdvisoryState, AdvisoryEvent> ADVISORY =
            new StreamFamily<>(AdvisoryState.EMPTY, AdvisoryEvent.class, (state, at, event) -> state.evolve(event));

    static final StreamFamily<PoolState, PoolEvent> POOL =
            new StreamFamily<>(PoolState.EMPTY, PoolEvent.class, PoolState::evolve);
    static final StreamFamily<TrustState, TrustEvent> TRUST =
            new StreamFamily<>(TrustState.EMPTY, TrustEvent.class, TrustState::evolve);

    /** The next state. */
    interface Evolution<S, E> {
        S apply(S state, Occurrence at, E event);
    }

    S evolve(S state, Occurrence at, Event event) {
        return evolution.apply(state, at, events.cast(event));
    }
}

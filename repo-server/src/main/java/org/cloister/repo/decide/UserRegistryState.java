package org.cloister.repo.decide;

import org.cloister.events.UserEvent;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/** The ids that were given out, beside {@link StaticIds}. Immutable. */
public record UserRegistryState(PMap<SystemName, Integer> registered, PSet<Integer> taken)
        implements UserEvent.Cases<UserRegistryState> {
    public static final UserRegistryState EMPTY = new UserRegistryState(HashTreePMap.empty(), HashTreePSet.empty());

    public UserRegistryState evolve(UserEvent event) {
        return event.match(this);
    }

    /** The id of a name for ever, fixed or given out, or null. */
    public @Nullable Integer id(SystemName name) {
        Integer fixed = StaticIds.of(name);
        return fixed != null ? fixed : registered.get(name);
    }

    @Override
    public UserRegistryState on(SystemUserRegistered event) {
        return new UserRegistryState(
                registered.plus(new SystemName(event.kind(), event.name()), event.id()), taken.plus(event.id()));
    }
}

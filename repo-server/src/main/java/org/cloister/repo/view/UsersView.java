package org.cloister.repo.view;

import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.cloister.events.UserEvent;
import org.cloister.repo.decide.UserRegistryState;

/** The organization's registry of system users. */
public final class UsersView implements View {
    private volatile UserRegistryState state = UserRegistryState.EMPTY;

    @Override
    public void apply(RecordedEvent recorded, Event event) {
        if (event instanceof UserEvent change) {
            state = state.evolve(change);
        }
    }

    public UserRegistryState state() {
        return state;
    }
}

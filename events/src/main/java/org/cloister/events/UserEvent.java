package org.cloister.events;

/** What happened in the organization's registry of system users ({@code user:organization}). */
public sealed interface UserEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(SystemUserRegistered event);
    }

    /** Whether an id is a user's or a group's. */
    enum IdKind {
        USER,
        GROUP
    }

    /** {@code name} has {@code id} in every root of the organization, for ever. */
    record SystemUserRegistered(IdKind kind, String name, int id) implements UserEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}

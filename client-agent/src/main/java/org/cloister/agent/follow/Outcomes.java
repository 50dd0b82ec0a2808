package org.cloister.agent.follow;

import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/** Which request an event is the outcome of. */
final class Outcomes implements HostEvent.Cases<@Nullable Position> {
    private static final Outcomes CASES = new Outcomes();

    private Outcomes() {}

    /** Null if it is none. */
    static @Nullable Position request(HostEvent event) {
        return event.match(CASES);
    }

    @Override
    public @Nullable Position on(HostEnrolled event) {
        return null;
    }

    @Override
    public @Nullable Position on(HostRetired event) {
        return null;
    }

    @Override
    public @Nullable Position on(InstallRequested event) {
        return null;
    }

    @Override
    public @Nullable Position on(RemovalRequested event) {
        return null;
    }

    @Override
    public @Nullable Position on(RollbackRequested event) {
        return null;
    }

    @Override
    public Position on(InstallationSucceeded event) {
        return event.request();
    }

    @Override
    public Position on(InstallationFailed event) {
        return event.request();
    }

    @Override
    public Position on(RemovalCompleted event) {
        return event.request();
    }

    @Override
    public Position on(RollbackCompleted event) {
        return event.request();
    }

    @Override
    public @Nullable Position on(IntegrityViolated event) {
        return null;
    }

    @Override
    public @Nullable Position on(IntegrityRestored event) {
        return null;
    }
}

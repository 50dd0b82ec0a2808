package org.cloister.agent.follow;

import java.util.Optional;
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

/** Which request an event is the outcome of. */
final class Outcomes implements HostEvent.Cases<Optional<Position>> {
    private static final Outcomes CASES = new Outcomes();

    private Outcomes() {}

    /** Empty if it is none. */
    static Optional<Position> request(HostEvent event) {
        return event.match(CASES);
    }

    @Override
    public Optional<Position> on(HostEnrolled event) {
        return Optional.empty();
    }

    @Override
    public Optional<Position> on(HostRetired event) {
        return Optional.empty();
    }

    @Override
    public Optional<Position> on(InstallRequested event) {
        return Optional.empty();
    }

    @Override
    public Optional<Position> on(RemovalRequested event) {
        return Optional.empty();
    }

    @Override
    public Optional<Position> on(RollbackRequested event) {
        return Optional.empty();
    }

    @Override
    public Optional<Position> on(InstallationSucceeded event) {
        return Optional.of(event.request());
    }

    @Override
    public Optional<Position> on(InstallationFailed event) {
        return Optional.of(event.request());
    }

    @Override
    public Optional<Position> on(RemovalCompleted event) {
        return Optional.of(event.request());
    }

    @Override
    public Optional<Position> on(RollbackCompleted event) {
        return Optional.of(event.request());
    }

    @Override
    public Optional<Position> on(IntegrityViolated event) {
        return Optional.empty();
    }

    @Override
    public Optional<Position> on(IntegrityRestored event) {
        return Optional.empty();
    }
}

package org.cloister.repo.audit;

import java.util.Optional;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceCases;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.HostEvent.GuestEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostEvent.InstallationFailed;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.IntegrityRestored;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.RootName;

/**
 * The one root that something happened to: who held which port or device, what ran. Empty for what concerns the host as a whole, and for requests and
 * their outcomes, which name roots with what they shall have.
 */
enum ConcernedRoot implements HostEvent.Cases<Optional<RootName>>, DeviceCases<Optional<RootName>> {
    CASES;

    @Override
    public Optional<RootName> on(DeviceEvent event) {
        return event.match((DeviceCases<Optional<RootName>>) this);
    }

    @Override
    public Optional<RootName> on(HostEnrolled event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(HostRetired event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(InstallRequested event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(RemovalRequested event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(RollbackRequested event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(InstallationSucceeded event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(InstallationFailed event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(RemovalCompleted event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(RollbackCompleted event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(IntegrityViolated event) {
        return Optional.ofNullable(event.root());
    }

    @Override
    public Optional<RootName> on(IntegrityRestored event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(PortPolicyChanged event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(LeaseGranted event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(LeaseRefused event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(LeaseReleased event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(GuestEvent event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(ServiceEvent event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(DeviceAttached event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(DeviceDetached event) {
        return Optional.empty();
    }

    @Override
    public Optional<RootName> on(DeviceGranted event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(DeviceRefused event) {
        return Optional.of(event.root());
    }

    @Override
    public Optional<RootName> on(DeviceReleased event) {
        return Optional.of(event.root());
    }
}

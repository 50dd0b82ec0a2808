package org.cloister.agent.image;

import java.util.List;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DriftEvent;
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
import org.cloister.events.HostEvent.LogContradicted;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.RemovalCompleted;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.RollbackCompleted;
import org.cloister.events.HostEvent.RollbackRequested;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.Position;

/** What each event of a host means for an image. */
record Evolution(HostImage image, Position position) implements HostEvent.Cases<HostDelta> {
    @Override
    public HostDelta on(HostEnrolled event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(HostRetired event) {
        return image.retire();
    }

    @Override
    public HostDelta on(InstallRequested event) {
        return image.open(new PendingRequest.Install(position, event.roots()));
    }

    @Override
    public HostDelta on(RemovalRequested event) {
        return image.open(new PendingRequest.Removal(position, event.roots()));
    }

    @Override
    public HostDelta on(RollbackRequested event) {
        return image.open(new PendingRequest.Rollback(position, event.roots()));
    }

    @Override
    public HostDelta on(InstallationSucceeded event) {
        return image.link(event.request(), targets(event.request()), event.roots());
    }

    @Override
    public HostDelta on(InstallationFailed event) {
        return image.fail(event.request());
    }

    @Override
    public HostDelta on(RemovalCompleted event) {
        return image.pending().containsKey(event.request())
                ? image.unlink(event.request(), event.roots())
                : HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(RollbackCompleted event) {
        return image.link(event.request(), targets(event.request()), event.roots());
    }

    @Override
    public HostDelta on(IntegrityViolated event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(IntegrityRestored event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(DriftEvent event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(LogContradicted event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(GuestEvent event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(PortPolicyChanged event) {
        return HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(LeaseGranted event) {
        return image.claimed(new PortClaim(event.root(), event.inside(), event.outside(), event.source()));
    }

    @Override
    public HostDelta on(LeaseRefused event) {
        return image.claimed(new PortClaim(event.root(), event.inside(), null, event.source()));
    }

    @Override
    public HostDelta on(LeaseReleased event) {
        return image.unclaimed(event.root(), event.inside());
    }

    @Override
    public HostDelta on(DeviceEvent event) {
        return image.heard(event);
    }

    @Override
    public HostDelta on(ServiceEvent event) {
        if (event instanceof ServiceEnabled) {
            return image.enabled(event.root(), event.service());
        }
        return event instanceof ServiceDisabled
                ? image.disabled(event.root(), event.service())
                : HostDelta.nothing(image);
    }

    @Override
    public HostDelta on(ServicesIsolated event) {
        return image.isolated(event.root(), event.isolation());
    }

    /** None if the request isn't pending: its outcome was applied already. */
    private List<RootTarget> targets(Position request) {
        PendingRequest pending = image.pending().get(request);
        if (pending instanceof PendingRequest.Install install) {
            return install.targets();
        }
        return pending instanceof PendingRequest.Rollback rollback ? rollback.targets() : List.of();
    }
}

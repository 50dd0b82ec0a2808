package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceCases;
import org.cloister.events.HostEvent.DeviceDetached;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceRefused;
import org.cloister.events.HostEvent.DeviceReleased;
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
import org.cloister.events.HostEvent.RootOutcome;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.HostEvent.ServiceCases;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.HostId;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Answer.Result;
import org.cloister.repo.decide.HostRequest.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The rules of what an agent can report: the outcome of what its host was asked, once per root, as it was asked, damage to
 * its store, which devices the host has, what became of guests, and what becomes of its services. The same outcome again changes nothing.
 */
public record ReportDecider(HostState state, HostId host) implements HostEvent.Cases<Decision<HostEvent>> {
    /** The step of an agent that stands still before an event of a newer repository. */
    private static final String NOT_UNDERSTOOD = "replay";

    public Decision<HostEvent> decide(HostEvent report) {
        Refusal absence = HostDecider.absence(state, host);
        return absence == null ? report.match(this) : new Decision.Refused<>(absence);
    }

    @Override
    public Decision<HostEvent> on(InstallationSucceeded event) {
        return succeeded(event, Kind.INSTALL, event.request(), event.roots());
    }

    @Override
    public Decision<HostEvent> on(RollbackCompleted event) {
        return succeeded(event, Kind.ROLLBACK, event.request(), event.roots());
    }

    private Decision<HostEvent> succeeded(HostEvent event, Kind kind, Position position, List<RootOutcome> outcomes) {
        HostRequest request = state.requests().get(position);
        if (request != null) {
            for (RootOutcome outcome : outcomes) {
                RootTarget target = request.targets().get(outcome.root());
                if (target != null && !target.closure().id().equals(outcome.closure())) {
                    return contradicts("root " + outcome.root() + " was to have closure "
                            + target.closure().id() + ", not " + outcome.closure());
                }
            }
        }
        return outcome(
                event, kind, position, outcomes.stream().map(RootOutcome::root).toList(), Result.SUCCEEDED);
    }

    /** The leases and grants of a root end with it, unless it has been asked for again meanwhile. */
    @Override
    public Decision<HostEvent> on(RemovalCompleted event) {
        Decision<HostEvent> decision = outcome(event, Kind.REMOVAL, event.request(), event.roots(), Result.SUCCEEDED);
        if (!(decision instanceof Decision.Accepted<HostEvent>)) {
            return decision;
        }
        List<RootName> gone = event.roots().stream()
                .filter(root -> state.target(root) == null)
                .toList();
        List<HostEvent> events = new ArrayList<>(List.of(event));
        events.addAll(ResourceBroker.removed(state.leases(), gone));
        events.addAll(DeviceBroker.removed(state.devices(), gone));
        return Decision.acceptAll(events);
    }

    /** An agent that can't understand an event says so once, with no roots: that is for people, and changes no request. */
    @Override
    public Decision<HostEvent> on(InstallationFailed event) {
        if (event.step().equals(NOT_UNDERSTOOD) && event.roots().isEmpty()) {
            return Decision.accept(event);
        }
        return outcome(event, null, event.request(), event.roots(), Result.FAILED);
    }

    private Decision<HostEvent> outcome(
            HostEvent event, @Nullable Kind kind, Position position, List<RootName> roots, Result result) {
        HostRequest request = state.requests().get(position);
        if (request == null) {
            return Decision.refuse(
                    Rule.REQUEST_UNKNOWN,
                    "host " + host + " got no request at position " + position + " that is remembered",
                    "drop the report");
        }
        if (kind != null && kind != request.kind()) {
            return contradicts("the request at position " + position + " was of kind " + request.kind());
        }
        if (roots.isEmpty() || !request.before().keySet().containsAll(roots)) {
            return contradicts("the request at position " + position + " names "
                    + request.before().keySet() + ", the report " + roots);
        }
        if (roots.stream().allMatch(root -> request.result(root) == result)) {
            return Decision.unchanged();
        }
        return roots.stream().anyMatch(root -> request.result(root) != null)
                ? closed(position)
                : Decision.accept(event);
    }

    private static Decision<HostEvent> contradicts(String detail) {
        return Decision.refuse(Rule.REPORT_CONTRADICTS, detail, "drop the report and replay the host's events");
    }

    private static Decision<HostEvent> closed(Position position) {
        return Decision.refuse(
                Rule.REQUEST_CLOSED,
                "another outcome of the request at position " + position + " is recorded",
                "drop the report and replay the host's events");
    }

    @Override
    public Decision<HostEvent> on(IntegrityViolated event) {
        return state.damaged().containsKey(event.object()) ? Decision.unchanged() : Decision.accept(event);
    }

    @Override
    public Decision<HostEvent> on(IntegrityRestored event) {
        return Decision.accept(event);
    }

    @Override
    public Decision<HostEvent> on(LogContradicted event) {
        return Decision.accept(event);
    }

    @Override
    public Decision<HostEvent> on(DriftEvent event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(GuestEvent event) {
        return Decision.accept(event);
    }

    @Override
    public Decision<HostEvent> on(HostEnrolled event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(HostRetired event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(InstallRequested event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(RemovalRequested event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(RollbackRequested event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(PortPolicyChanged event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(LeaseGranted event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(LeaseRefused event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(LeaseReleased event) {
        return notReport(event);
    }

    @Override
    public Decision<HostEvent> on(ServicesIsolated event) {
        return state.services().isolation(event.root()) == event.isolation()
                ? Decision.unchanged()
                : Decision.accept(event);
    }

    @Override
    public Decision<HostEvent> on(ServiceEvent event) {
        return event.match(new OfServices());
    }

    private final class OfServices implements ServiceCases<Decision<HostEvent>> {
        @Override
        public Decision<HostEvent> on(ServiceEnabled event) {
            return state.services().isEnabled(event.root(), event.service())
                    ? Decision.unchanged()
                    : Decision.accept(event);
        }

        @Override
        public Decision<HostEvent> on(ServiceDisabled event) {
            return state.services().isEnabled(event.root(), event.service())
                    ? Decision.accept(event)
                    : Decision.unchanged();
        }

        @Override
        public Decision<HostEvent> on(ServiceStarted event) {
            return Decision.accept(event);
        }

        @Override
        public Decision<HostEvent> on(ServiceExited event) {
            return Decision.accept(event);
        }
    }

    @Override
    public Decision<HostEvent> on(DeviceEvent event) {
        return event.match(new OfDevices());
    }

    private final class OfDevices implements DeviceCases<Decision<HostEvent>> {
        @Override
        public Decision<HostEvent> on(DeviceAttached event) {
            return DeviceBroker.attached(state.devices(), event);
        }

        @Override
        public Decision<HostEvent> on(DeviceDetached event) {
            return DeviceBroker.detached(state.devices(), event);
        }

        @Override
        public Decision<HostEvent> on(DeviceGranted event) {
            return notReport(event);
        }

        @Override
        public Decision<HostEvent> on(DeviceRefused event) {
            return notReport(event);
        }

        @Override
        public Decision<HostEvent> on(DeviceReleased event) {
            return notReport(event);
        }
    }

    private static Decision<HostEvent> notReport(HostEvent event) {
        return Decision.refuse(
                Rule.NOT_A_REPORT,
                event.getClass().getSimpleName() + " isn't an agent's to report",
                "report outcomes, damage, devices, guests and services only");
    }
}

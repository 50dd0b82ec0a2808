package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceEvent;
import org.cloister.events.HostEvent.DriftEvent;
import org.cloister.events.HostEvent.DriftFound;
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
import org.cloister.events.HostEvent.ServiceEvent;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Answer.Result;
import org.cloister.repo.decide.HostRequest.Kind;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/** What one event makes of a host. Interprets every event and refuses none: it happened. */
record HostEvolution(HostState state, Occurrence at) implements HostEvent.Cases<HostState> {

    @Override
    public HostState on(HostEnrolled event) {
        return state.withEnrolment(event);
    }

    @Override
    public HostState on(HostRetired event) {
        return state.withRetirement(event);
    }

    @Override
    public HostState on(InstallRequested event) {
        return requested(Kind.INSTALL, event.roots());
    }

    @Override
    public HostState on(RollbackRequested event) {
        return requested(Kind.ROLLBACK, event.roots());
    }

    private HostState requested(Kind kind, List<RootTarget> targets) {
        PMap<RootName, RootHistory> before = TreePMap.empty();
        PMap<RootName, RootTarget> wanted = TreePMap.empty();
        PSortedMap<RootName, RootHistory> roots = state.roots();
        for (RootTarget target : targets) {
            RootHistory history = state.history(target.root());
            before = before.plus(target.root(), history);
            wanted = wanted.plus(target.root(), target);
            roots = roots.plus(
                    target.root(), kind == Kind.ROLLBACK ? history.rolledBack(at, target) : history.plus(at, target));
        }
        return state.withRoots(roots).withRequest(new HostRequest(kind, at, before, wanted, TreePMap.empty()));
    }

    @Override
    public HostState on(RemovalRequested event) {
        PMap<RootName, RootHistory> before = TreePMap.empty();
        PSortedMap<RootName, RootHistory> roots = state.roots();
        for (RootName root : event.roots()) {
            RootHistory history = state.history(root);
            before = before.plus(root, history);
            roots = roots.plus(root, history.plus(at, null));
        }
        HostRequest request = new HostRequest(Kind.REMOVAL, at, before, TreePMap.empty(), TreePMap.empty());
        return state.withRoots(roots).withRequest(request);
    }

    @Override
    public HostState on(InstallationSucceeded event) {
        return succeeded(event.request(), event.roots()).withGeneration(event.generation());
    }

    @Override
    public HostState on(RollbackCompleted event) {
        return succeeded(event.request(), event.roots()).withGeneration(event.generation());
    }

    private HostState succeeded(Position request, Collection<RootOutcome> outcomes) {
        HostState after = state;
        for (RootOutcome outcome : outcomes) {
            Answer answer = new Answer(Result.SUCCEEDED, at, outcome.configured(), null);
            after = answered(after, request, outcome.root(), answer);
        }
        return after;
    }

    @Override
    public HostState on(RemovalCompleted event) {
        HostState after = state.withGeneration(event.generation());
        for (RootName root : event.roots()) {
            after = answered(after, event.request(), root, new Answer(Result.SUCCEEDED, at, null, null));
        }
        return after;
    }

    @Override
    public HostState on(InstallationFailed event) {
        HostState after = state;
        Answer answer = new Answer(Result.FAILED, at, null, event.step() + ": " + event.reason());
        for (RootName root : event.roots()) {
            after = answered(after, event.request(), root, answer);
        }
        return after;
    }

    /** A failed request is as if it hadn't been made: every history that has it, present or remembered, loses it. */
    private static HostState answered(HostState state, Position position, RootName root, Answer answer) {
        HostRequest request = state.requests().get(position);
        RootHistory before = request == null ? null : request.before().get(root);
        if (request == null || before == null || request.result(root) != null) {
            return state;
        }
        UnaryOperator<RootHistory> change = answer.result() == Result.FAILED
                ? history -> history.undone(position, before)
                : history -> history.answered(position, answer);
        HostState after = state.withRequest(request.answered(root, answer));
        for (HostRequest later :
                new ArrayList<>(after.requests().tailMap(position.next()).values())) {
            RootHistory remembered = later.before().get(root);
            if (remembered != null && !later.closed()) {
                after = after.withRequest(later.withBefore(root, change.apply(remembered)));
            }
        }
        return after.withRoots(after.roots().plus(root, change.apply(after.history(root))));
    }

    @Override
    public HostState on(IntegrityViolated event) {
        return state.damaged().size() < HostState.MAX_DAMAGED
                ? state.withDamaged(state.damaged().plus(event.object(), event))
                : state;
    }

    @Override
    public HostState on(IntegrityRestored event) {
        return state.withDamaged(state.damaged().minus(event.object()));
    }

    /** For people to look at: nothing is decided by it. */
    @Override
    public HostState on(LogContradicted event) {
        return state;
    }

    @Override
    public HostState on(DriftEvent event) {
        Drift known = state.drift();
        return event instanceof DriftFound found
                ? state.withDrift(new Drift(known == null ? at : known.since(), found))
                : state.withDrift(null);
    }

    /** Guests come and go with the programs that people start: nothing is decided by them. */
    @Override
    public HostState on(GuestEvent event) {
        return state;
    }

    @Override
    public HostState on(PortPolicyChanged event) {
        return state.withLeases(state.leases().on(at, event));
    }

    @Override
    public HostState on(LeaseGranted event) {
        return state.withLeases(state.leases().on(at, event));
    }

    @Override
    public HostState on(LeaseRefused event) {
        return state.withLeases(state.leases().on(at, event));
    }

    @Override
    public HostState on(LeaseReleased event) {
        return state.withLeases(state.leases().on(at, event));
    }

    @Override
    public HostState on(DeviceEvent event) {
        return state.withDevices(state.devices().on(at, event));
    }

    @Override
    public HostState on(ServicesIsolated event) {
        return state.withServices(state.services().on(event));
    }

    @Override
    public HostState on(ServiceEvent event) {
        return state.withServices(state.services().on(at, event));
    }
}

package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.HostEnrolled;
import org.cloister.events.HostEvent.HostRetired;
import org.cloister.events.HostEvent.IntegrityViolated;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.decide.RootHistory.Change;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * One host: what it was asked to be and what it reported. Immutable; each event costs the logarithm of its size. A root's content
 * is that of the last request that names it and didn't fail.
 *
 * @param roots every root that was ever asked for, the removed ones too (they can be rolled back)
 * @param requests the last {@link #MAX_REQUESTS} by position
 * @param generation the last generation that was reported, or null
 * @param damaged objects that are known to be damaged on the host now
 * @param leases the ports of the host that its roots hold
 * @param devices the hardware of the host, and which root may use it
 * @param services what its roots' services were last reported to do
 * @param drift how its disk was last found to differ from its events; null if it doesn't
 */
public record HostState(
        @Nullable HostEnrolled enrolment,
        @Nullable HostRetired retirement,
        PSortedMap<RootName, RootHistory> roots,
        PSortedMap<Position, HostRequest> requests,
        @Nullable Digest generation,
        PMap<Digest, IntegrityViolated> damaged,
        Leases leases,
        Devices devices,
        Services services,
        @Nullable Drift drift) {
    /** A report for an older request is refused; an agent that is that far behind has skipped to a later one. */
    static final int MAX_REQUESTS = 1_000;
    /** More damage than this is a broken disk, and the first entries tell it. */
    static final int MAX_DAMAGED = 1_000;

    public static final HostState EMPTY = new HostState(
            null,
            null,
            TreePMap.empty(),
            TreePMap.empty(),
            null,
            TreePMap.empty(),
            Leases.NONE,
            Devices.NONE,
            Services.NONE,
            null);

    public HostState evolve(Occurrence at, HostEvent event) {
        return event.match(new HostEvolution(this, at));
    }

    public boolean enrolled() {
        return enrolment != null && retirement == null;
    }

    /** What the root shall be, or null if the host shall not have it. */
    public @Nullable RootTarget target(RootName root) {
        return history(root).present();
    }

    /** The roots that the host shall have, by name. */
    public List<RootName> present() {
        return roots.keySet().stream().filter(root -> target(root) != null).toList();
    }

    public RootHistory history(RootName root) {
        return roots.getOrDefault(root, RootHistory.EMPTY);
    }

    /** The change that the host last reported as done for this root, or null; its target is null if that was a removal. */
    public @Nullable Change installed(RootName root) {
        RootHistory history = history(root);
        Change last = history.last();
        while (last != null && last.answer() == null) {
            HostRequest request = requests.get(last.asked().position());
            RootHistory before = request == null ? null : request.before().get(root);
            history = before == null ? history.withoutLast() : before;
            last = history.last();
        }
        return last;
    }

    /** What the host last reported to have, exact. */
    public List<Generation.Root> reported() {
        List<Generation.Root> reported = new ArrayList<>();
        for (RootName root : roots.keySet()) {
            Change change = installed(root);
            RootTarget target = change == null ? null : change.target();
            LayerId configured = change == null || change.answer() == null
                    ? null
                    : change.answer().configured();
            if (target != null && configured != null) {
                reported.add(Generation.Root.of(root, target.closure(), configured));
            }
        }
        return reported;
    }

    /** The newest request that names this root, or null if none is remembered. */
    public @Nullable HostRequest latestRequest(RootName root) {
        for (Position position : requests.descendingKeySet()) {
            HostRequest request = requests.get(position);
            if (request != null && request.names(root)) {
                return request;
            }
        }
        return null;
    }

    HostState withEnrolment(HostEnrolled event) {
        return new HostState(event, retirement, roots, requests, generation, damaged, leases, devices, services, drift);
    }

    HostState withRetirement(HostRetired event) {
        return new HostState(enrolment, event, roots, requests, generation, damaged, leases, devices, services, drift);
    }

    HostState withRoots(PSortedMap<RootName, RootHistory> changed) {
        return new HostState(
                enrolment, retirement, changed, requests, generation, damaged, leases, devices, services, drift);
    }

    HostState withGeneration(Digest reported) {
        return new HostState(
                enrolment, retirement, roots, requests, reported, damaged, leases, devices, services, drift);
    }

    HostState withDamaged(PMap<Digest, IntegrityViolated> changed) {
        return new HostState(
                enrolment, retirement, roots, requests, generation, changed, leases, devices, services, drift);
    }

    HostState withLeases(Leases changed) {
        return new HostState(
                enrolment, retirement, roots, requests, generation, damaged, changed, devices, services, drift);
    }

    HostState withDevices(Devices changed) {
        return new HostState(
                enrolment, retirement, roots, requests, generation, damaged, leases, changed, services, drift);
    }

    HostState withServices(Services changed) {
        return new HostState(
                enrolment, retirement, roots, requests, generation, damaged, leases, devices, changed, drift);
    }

    HostState withDrift(@Nullable Drift found) {
        return new HostState(
                enrolment, retirement, roots, requests, generation, damaged, leases, devices, services, found);
    }

    HostState withRequest(HostRequest request) {
        PSortedMap<Position, HostRequest> more = requests.plus(request.asked().position(), request);
        PSortedMap<Position, HostRequest> kept = more.size() > MAX_REQUESTS ? more.minus(more.firstKey()) : more;
        return new HostState(enrolment, retirement, roots, kept, generation, damaged, leases, devices, services, drift);
    }
}

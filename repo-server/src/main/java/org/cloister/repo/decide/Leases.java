package org.cloister.repo.decide;

import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * Who holds which port of a host, and who waits for one. A claim is held, waits, or isn't there. Immutable.
 *
 * @param holders the claim that holds each leased port of the host
 */
public record Leases(
        PortPolicy policy,
        PSortedMap<Claim, Lease> held,
        PMap<Port, Claim> holders,
        PSortedMap<Claim, Waiting> waiting) {
    public static final Leases NONE =
            new Leases(PortPolicy.DEFAULT, TreePMap.empty(), HashTreePMap.empty(), TreePMap.empty());

    /** A lease, as it was granted. */
    public record Lease(LeaseGranted granted, Occurrence since) {}

    /** A refused claim. */
    public record Waiting(LeaseRefused refused, Occurrence since) {}

    Leases on(Occurrence at, PortPolicyChanged event) {
        return new Leases(event.policy(), held, holders, waiting);
    }

    Leases on(Occurrence at, LeaseGranted event) {
        Claim claim = new Claim(event.root(), event.inside());
        Leases before = without(claim);
        return new Leases(
                policy,
                before.held.plus(claim, new Lease(event, at)),
                before.holders.plus(event.outside(), claim),
                before.waiting);
    }

    Leases on(Occurrence at, LeaseRefused event) {
        Claim claim = new Claim(event.root(), event.inside());
        Leases before = without(claim);
        return new Leases(policy, before.held, before.holders, before.waiting.plus(claim, new Waiting(event, at)));
    }

    Leases on(Occurrence at, LeaseReleased event) {
        return without(new Claim(event.root(), event.inside()));
    }

    private Leases without(Claim claim) {
        Lease lease = held.get(claim);
        return new Leases(
                policy,
                held.minus(claim),
                lease == null ? holders : holders.minus(lease.granted().outside()),
                waiting.minus(claim));
    }

    boolean has(Claim claim) {
        return held.containsKey(claim) || waiting.containsKey(claim);
    }

    /** Where the broker has the claim from, or null if there is no such claim. */
    @Nullable
    PortSource source(Claim claim) {
        Lease lease = held.get(claim);
        Waiting waits = waiting.get(claim);
        return lease != null
                ? lease.granted().source()
                : waits == null ? null : waits.refused().source();
    }

    /** The port of the host that the claim holds, or null. */
    public @Nullable Port outside(Claim claim) {
        Lease lease = held.get(claim);
        return lease == null ? null : lease.granted().outside();
    }
}

package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.cloister.events.CorrelationId;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.LeaseRefused;
import org.cloister.events.HostEvent.LeaseReleased;
import org.cloister.events.HostEvent.PortPolicyChanged;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.PortPolicy;
import org.cloister.events.PortPolicy.Pin;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.RootName;
import org.cloister.repo.decide.Leases.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * The rules of who gets which port of a host: the wanted one to the first that asks, a free one of the host's range to later ones,
 * a pinned one to whom the policy names, and to nobody else. What can't be granted waits, and is granted when a lease that stands in
 * its way ends. A lease stays where it is until its package is removed, no longer wants it, or the policy moves it.
 */
final class ResourceBroker {
    /** Ports of one root; a package that wants more wants a machine. */
    static final int MAX_PORTS = 64;
    /** Ports of one host, waiting ones included. */
    static final int MAX_CLAIMS = 2_000;

    private static final String REMOVED = "the root was removed";

    /** Stands for the occurrence that an event will have; no rule looks at it but for its order. */
    private static final Occurrence SOON = new Occurrence(
            new Position(Long.MAX_VALUE), java.time.Instant.MAX, new Principal("broker"), new CorrelationId("broker"));

    private final List<HostEvent> events = new ArrayList<>();
    private Leases leases;

    private ResourceBroker(Leases leases) {
        this.leases = leases;
    }

    /**
     * A root wants these ports. With the source {@link PortSource#SHIPPED} they are all that it wants by itself: what it wanted before
     * and no longer does is released. Otherwise they come to what it has.
     */
    static Decision<HostEvent> ask(Leases leases, RootName root, PortSource source, List<Port> ports, HostPorts host) {
        ResourceBroker broker = new ResourceBroker(leases);
        if (ports.size() > MAX_PORTS) {
            return Decision.refuse(
                    Rule.TOO_LARGE,
                    ports.size() + " ports are wanted for " + root + ", and " + MAX_PORTS + " are the limit",
                    "name those that matter");
        }
        if (source == PortSource.SHIPPED) {
            broker.claims(root).stream()
                    .filter(claim -> leases.source(claim) == PortSource.SHIPPED && !ports.contains(claim.inside()))
                    .forEach(claim -> broker.release(claim, "the package wants it no longer"));
        }
        for (Port port : ports) {
            Claim claim = new Claim(root, port);
            if (!broker.leases.has(claim)) {
                if (broker.claims() >= MAX_CLAIMS || broker.claims(root).size() >= MAX_PORTS) {
                    return Decision.refuse(
                            Rule.TOO_LARGE,
                            "with " + claim + " there would be more than " + MAX_PORTS + " ports of one root or "
                                    + MAX_CLAIMS + " of the host",
                            "release what isn't needed: cloister ports release ROOT PORT");
                }
                broker.settle(claim, source, host);
            }
        }
        return Decision.acceptAll(broker.events);
    }

    /** These ports of a root are wanted no longer; without {@code ports}, all. */
    static Decision<HostEvent> release(Leases leases, RootName root, List<Port> ports, String reason) {
        ResourceBroker broker = new ResourceBroker(leases);
        broker.claims(root).stream()
                .filter(claim -> ports.isEmpty() || ports.contains(claim.inside()))
                .forEach(claim -> broker.release(claim, reason));
        return Decision.acceptAll(broker.events);
    }

    /** What comes of the removal of roots, beside the removal itself. */
    static List<HostEvent> removed(Leases leases, List<RootName> roots) {
        ResourceBroker broker = new ResourceBroker(leases);
        // All of them first: what one of them held is nothing for another.
        List<Port> freed = new ArrayList<>();
        for (RootName root : roots) {
            for (Claim claim : broker.claims(root)) {
                Port outside = broker.withdraw(claim, REMOVED);
                if (outside != null) {
                    freed.add(outside);
                }
            }
        }
        freed.forEach(broker::handOver);
        return broker.events;
    }

    /** A lease of a root that gets a pin moves there, unless another holds the port: then it moves when that ends and it asks anew. */
    static Decision<HostEvent> change(Leases leases, PortPolicy policy) {
        ResourceBroker broker = new ResourceBroker(leases);
        if (policy.equals(leases.policy())) {
            return Decision.unchanged();
        }
        broker.record(new PortPolicyChanged(policy));
        for (Pin pin : policy.pins()) {
            broker.move(new Claim(pin.root(), pin.inside()), pin.outside());
        }
        for (Claim claim : broker.inOrder()) {
            broker.retry(claim);
        }
        return Decision.acceptAll(broker.events);
    }

    private int claims() {
        return leases.held().size() + leases.waiting().size();
    }

    private List<Claim> claims(RootName root) {
        List<Claim> claims = new ArrayList<>();
        leases.held().keySet().stream()
                .filter(claim -> claim.root().equals(root))
                .forEach(claims::add);
        leases.waiting().keySet().stream()
                .filter(claim -> claim.root().equals(root))
                .forEach(claims::add);
        return claims;
    }

    /** Those who wait, the first that was refused first. */
    private List<Claim> inOrder() {
        return leases.waiting().entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparing((Waiting waits) -> waits.since().position())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void settle(Claim claim, PortSource source, HostPorts host) {
        Port pinned = leases.policy().pinned(claim.root(), claim.inside());
        Port wanted = pinned == null ? claim.inside() : pinned;
        String obstacle = obstacle(claim, wanted, host);
        if (obstacle == null) {
            grant(
                    claim,
                    wanted,
                    source,
                    pinned == null ? "the port that it binds" : "the policy keeps it for this root");
            return;
        }
        Port other = pinned == null ? free(claim, host) : null;
        if (other != null) {
            grant(claim, other, source, obstacle);
            return;
        }
        Claim holder = leases.holders().get(wanted);
        String full = pinned == null ? ", and no port of the host's range " + range() + " is free" : "";
        record(new LeaseRefused(
                claim.root(), claim.inside(), wanted, source, holder == null ? null : holder.root(), obstacle + full));
    }

    private String range() {
        return leases.policy().first() + "-" + leases.policy().last();
    }

    /** Why the claim can't have this port of the host, or null if it can. */
    private @Nullable String obstacle(Claim claim, Port outside, HostPorts host) {
        Claim holder = leases.holders().get(outside);
        if (holder != null) {
            return outside + " is held by " + holder.root();
        }
        Pin pin = leases.policy().pinOf(outside);
        if (pin != null && !new Claim(pin.root(), pin.inside()).equals(claim)) {
            return outside + " is kept for " + pin.root();
        }
        if (outside.number() < host.lowest()) {
            return outside + " may be opened by root only";
        }
        return host.offers(outside) ? null : outside + " is used by the host itself";
    }

    private @Nullable Port free(Claim claim, HostPorts host) {
        for (int number = leases.policy().first(); number <= leases.policy().last(); number++) {
            Port port = claim.inside().withNumber(number);
            if (obstacle(claim, port, host) == null) {
                return port;
            }
        }
        return null;
    }

    private void release(Claim claim, String reason) {
        Port outside = withdraw(claim, reason);
        if (outside != null) {
            handOver(outside);
        }
    }

    private @Nullable Port withdraw(Claim claim, String reason) {
        Port outside = leases.outside(claim);
        record(new LeaseReleased(claim.root(), claim.inside(), outside, reason));
        return outside;
    }

    /** The first of those who wait that can have the port gets it. */
    private void handOver(Port freed) {
        for (Claim claim : inOrder()) {
            if (accepts(claim, freed) && obstacle(claim, freed, HostPorts.ALL) == null) {
                grantWaiting(claim, freed, freed + " became free");
                return;
            }
        }
    }

    private boolean accepts(Claim claim, Port outside) {
        Port pinned = leases.policy().pinned(claim.root(), claim.inside());
        if (pinned != null) {
            return pinned.equals(outside);
        }
        boolean inRange = outside.number() >= leases.policy().first()
                && outside.number() <= leases.policy().last();
        return outside.protocol() == claim.inside().protocol() && (inRange || outside.equals(claim.inside()));
    }

    private void move(Claim claim, Port pinned) {
        Port present = leases.outside(claim);
        PortSource source = leases.source(claim);
        if (present == null
                || source == null
                || present.equals(pinned)
                || leases.holders().containsKey(pinned)) {
            return;
        }
        withdraw(claim, "the policy moves it to " + pinned);
        grant(claim, pinned, source, "the policy keeps it for this root");
        handOver(present);
    }

    /** After a change of policy. What the host itself was in the way of stays as it is: only its agent knows. */
    private void retry(Claim claim) {
        Waiting waits = leases.waiting().get(claim);
        if (waits == null) {
            return;
        }
        Port pinned = leases.policy().pinned(claim.root(), claim.inside());
        Port port = pinned != null && obstacle(claim, pinned, HostPorts.ALL) == null
                ? pinned
                : pinned == null ? free(claim, HostPorts.ALL) : null;
        if (port != null) {
            grantWaiting(
                    claim, port, pinned == null ? "the policy has room for it" : "the policy keeps it for this root");
        }
    }

    private void grantWaiting(Claim claim, Port outside, String reason) {
        PortSource source = leases.source(claim);
        grant(claim, outside, source == null ? PortSource.ASKED : source, reason);
    }

    private void grant(Claim claim, Port outside, PortSource source, String reason) {
        record(new LeaseGranted(claim.root(), claim.inside(), outside, source, reason));
    }

    private void record(HostEvent event) {
        events.add(event);
        leases = HostState.EMPTY.withLeases(leases).evolve(SOON, event).leases();
    }
}

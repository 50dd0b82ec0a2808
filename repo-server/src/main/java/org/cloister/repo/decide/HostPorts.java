package org.cloister.repo.decide;

import java.util.Set;
import org.cloister.events.Port;

/**
 * What a host can lease at the moment, as its agent sees it.
 *
 * @param occupied ports on which programs outside of every root listen
 * @param lowest the first port that the agent may open; above 1 for one that isn't root ({@code ip_unprivileged_port_start}, ip(7))
 */
public record HostPorts(Set<Port> occupied, int lowest) {
    /** Everything, as far as anybody knows. */
    public static final HostPorts ALL = new HostPorts(Set.of(), 1);

    public HostPorts {
        occupied = Set.copyOf(occupied);
    }

    boolean offers(Port port) {
        return port.number() >= lowest && !occupied.contains(port);
    }
}

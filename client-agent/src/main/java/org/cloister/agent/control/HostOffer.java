package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.Port;

/**
 * What this machine can lease now.
 *
 * @param occupied ports on which programs outside of every root listen
 * @param lowest the first port that the agent may open
 */
public record HostOffer(List<Port> occupied, int lowest) {
    public HostOffer {
        occupied = List.copyOf(occupied);
    }
}

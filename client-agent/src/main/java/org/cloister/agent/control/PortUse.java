package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * A port that a root binds, on this machine now.
 *
 * @param outside the host's port that leads there; null as long as none does
 * @param address the root's own address, or null if it has no network of its own
 * @param processes that listen there, as {@code NAME(PID)}
 */
public record PortUse(
        RootName root,
        Port inside,
        @Nullable Port outside,
        PortSource source,
        @Nullable String address,
        List<String> processes) {
    public PortUse {
        processes = List.copyOf(processes);
    }
}

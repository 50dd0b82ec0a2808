package org.cloister.agent.image;

import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * A port that a root's package binds in its own network.
 *
 * @param outside the host's port at which it is reached; null as long as it waits for one
 */
public record PortClaim(
        RootName root, Port inside, @Nullable Port outside, PortSource source) {}

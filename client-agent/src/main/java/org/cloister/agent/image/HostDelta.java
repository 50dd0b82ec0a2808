package org.cloister.agent.image;

import java.util.Map;
import java.util.Optional;
import org.cloister.events.RootName;
import org.jspecify.annotations.Nullable;

/**
 * What an event changed.
 *
 * @param image after the event
 * @param opened the request that the event made, or null
 * @param roots the roots that are linked now in another way than before, or (empty) no longer
 */
public record HostDelta(HostImage image, @Nullable PendingRequest opened, Map<RootName, Optional<LinkedRoot>> roots) {
    public HostDelta {
        roots = Map.copyOf(roots);
    }

    static HostDelta nothing(HostImage image) {
        return new HostDelta(image, null, Map.of());
    }

    static HostDelta opened(HostImage image, PendingRequest request) {
        return new HostDelta(image, request, Map.of());
    }
}

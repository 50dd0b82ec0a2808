package org.cloister.repo.audit;

import org.cloister.events.CorrelationId;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the history are wanted; what is null is not looked at.
 *
 * @param packageName asked for, a member of a closure that was asked for, published, or what a root is for to which something happened
 */
public record HistoryFilter(
        @Nullable HostId host,
        @Nullable PackageName packageName,
        @Nullable Principal principal,
        @Nullable CorrelationId correlation) {
    public static final HistoryFilter ALL = new HistoryFilter(null, null, null, null);
}

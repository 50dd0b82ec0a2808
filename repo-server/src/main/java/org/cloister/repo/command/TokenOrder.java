package org.cloister.repo.command;

import java.time.Instant;
import java.util.Set;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.jspecify.annotations.Nullable;

/**
 * A token that is wanted.
 *
 * @param host the only host that it may speak for, or null
 * @param expires when it ends, or null for never
 */
public record TokenOrder(
        Principal principal,
        Set<Role> roles,
        @Nullable HostId host,
        @Nullable Instant expires) {
    public TokenOrder {
        roles = Set.copyOf(roles);
    }
}

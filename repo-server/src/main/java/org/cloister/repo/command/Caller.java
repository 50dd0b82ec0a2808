package org.cloister.repo.command;

import java.util.Set;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, authenticated.
 *
 * @param host the only host that the caller may speak for, or null for all
 */
public record Caller(
        Principal principal, Set<Role> roles, @Nullable HostId host) {
    public Caller {
        roles = Set.copyOf(roles);
    }

    /** The repository itself, for what it does on its own: it may do everything. */
    public static Caller system() {
        return new Caller(new Principal("system"), Set.of(Role.ADMINISTRATOR), null);
    }

    /** An administrator has every role. */
    public boolean hasAny(Role... wanted) {
        for (Role role : wanted) {
            if (roles.contains(role)) {
                return true;
            }
        }
        return roles.contains(Role.ADMINISTRATOR);
    }
}

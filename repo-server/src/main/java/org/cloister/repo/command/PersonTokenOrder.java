package org.cloister.repo.command;

import java.time.Instant;
import java.util.Set;
import org.cloister.events.HostId;
import org.cloister.events.PersonId;
import org.cloister.events.Role;
import org.cloister.repo.person.PersonName;
import org.jspecify.annotations.Nullable;

/**
 * A token that is wanted for a person, whose name shall not be in the log.
 *
 * @param host the only host that it may speak for, or null
 * @param expires when it ends, or null for never
 */
public record PersonTokenOrder(
        PersonName person,
        Set<Role> roles,
        @Nullable HostId host,
        @Nullable Instant expires) {
    public PersonTokenOrder {
        roles = Set.copyOf(roles);
    }

    TokenOrder under(PersonId pseudonym) {
        return new TokenOrder(pseudonym.principal(), roles, host, expires);
    }
}

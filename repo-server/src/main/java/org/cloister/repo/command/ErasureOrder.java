package org.cloister.repo.command;

import org.cloister.events.PersonId;
import org.cloister.repo.person.PersonName;
import org.jspecify.annotations.Nullable;

/**
 * Who shall be erased, by name or by pseudonym.
 *
 * @param reason is recorded
 */
public record ErasureOrder(
        @Nullable PersonName name, @Nullable PersonId person, String reason) {
    /** @throws IllegalArgumentException if not exactly one of the two is given */
    public ErasureOrder {
        if ((name == null) == (person == null)) {
            throw new IllegalArgumentException("who shall be erased is told by name or by pseudonym, by one of them");
        }
    }
}

package org.cloister.repo.retention;

import java.util.List;

/**
 * What is decided of one thing.
 *
 * @param reasons the first of them, never none
 * @param more how many there are beside these
 */
public record Verdict(Stored thing, boolean kept, List<Reason> reasons, int more) {
    public Verdict {
        reasons = List.copyOf(reasons);
    }
}

package org.cloister.repo.command;

import java.util.List;
import org.cloister.repo.decide.Refusal;

/**
 * What became of a report's events.
 *
 * @param recorded how many are in the log now
 * @param refused the others but for repetitions; the agent drops them
 */
public record Reported(int recorded, List<Left> refused) {
    /** The event at {@code index} of the report, from 0, was left out. */
    public record Left(int index, Refusal refusal) {}

    public Reported {
        refused = List.copyOf(refused);
    }
}

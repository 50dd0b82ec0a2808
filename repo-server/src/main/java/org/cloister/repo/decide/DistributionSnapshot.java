package org.cloister.repo.decide;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.jspecify.annotations.Nullable;

/**
 * A distribution as an event left it. Immutable.
 *
 * @param at the event
 * @param date what its Release says, in whole seconds
 */
public record DistributionSnapshot(
        DistributionDefined definition, boolean held, Contents contents, Occurrence at, Instant date) {

    /**
     * The date of the state after {@code before}: what is published under one date never changes, and dates never run more than
     * a second ahead of the log's clock. The first change in a second gets that second and can be published at once; those
     * that follow within it get the next second together, and are published when that has come.
     *
     * @param recordedAt never earlier than that of {@code before}
     */
    public static Instant date(@Nullable DistributionSnapshot before, Instant recordedAt) {
        Instant second = recordedAt.truncatedTo(ChronoUnit.SECONDS);
        if (before == null || second.isAfter(before.date)) {
            return second;
        }
        return second.equals(before.date) ? second.plusSeconds(1) : before.date;
    }
}

package org.cloister.repo.decide;

import org.cloister.events.DistributionEvent;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionEvent.DistributionPromoted;
import org.cloister.events.DistributionEvent.DistributionRolledBack;
import org.cloister.events.DistributionEvent.PackagesExcluded;
import org.cloister.events.DistributionEvent.PackagesIncluded;
import org.jspecify.annotations.Nullable;

/**
 * What a distribution's own events say; what it offers follows from others' events too. Immutable.
 *
 * @param held whether a promotion or a rollback decides what is in it, and not what it follows
 */
public record DistributionState(@Nullable DistributionDefined definition, boolean held) {
    public static final DistributionState EMPTY = new DistributionState(null, false);

    public DistributionState evolve(DistributionEvent event) {
        return event.match(new Evolution(this));
    }

    private record Evolution(DistributionState state) implements DistributionEvent.Cases<DistributionState> {
        @Override
        public DistributionState on(DistributionDefined event) {
            return new DistributionState(event, false);
        }

        @Override
        public DistributionState on(PackagesIncluded event) {
            return state;
        }

        @Override
        public DistributionState on(PackagesExcluded event) {
            return state;
        }

        @Override
        public DistributionState on(DistributionPromoted event) {
            return new DistributionState(state.definition, true);
        }

        @Override
        public DistributionState on(DistributionRolledBack event) {
            return new DistributionState(state.definition, true);
        }
    }
}

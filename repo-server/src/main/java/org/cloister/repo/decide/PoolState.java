package org.cloister.repo.decide;

import org.cloister.events.HoldName;
import org.cloister.events.PoolEvent;
import org.cloister.events.PoolEvent.ContentCollected;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldReleased;
import org.cloister.events.PoolEvent.RetentionChanged;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * What rules the pool. Immutable.
 *
 * @param retention as it was last changed; {@link #DEFAULT} before that
 * @param holds those that are placed, by name
 */
public record PoolState(RetentionChanged retention, PSortedMap<HoldName, Hold> holds) {
    /** A month of past states, and the last content of each root. */
    public static final RetentionChanged DEFAULT = new RetentionChanged(30, 1);
    /** More of them, and nobody knows what is held why. */
    public static final int MAX_HOLDS = 1_000;

    public static final PoolState EMPTY = new PoolState(DEFAULT, TreePMap.empty());

    /** A hold, and who placed it when. */
    public record Hold(HoldPlaced placed, Occurrence at) {}

    public PoolState evolve(Occurrence at, PoolEvent event) {
        return event.match(new Evolution(this, at));
    }

    private record Evolution(PoolState state, Occurrence at) implements PoolEvent.Cases<PoolState> {
        @Override
        public PoolState on(RetentionChanged event) {
            return new PoolState(event, state.holds);
        }

        @Override
        public PoolState on(HoldPlaced event) {
            return new PoolState(state.retention, state.holds.plus(event.name(), new Hold(event, at)));
        }

        @Override
        public PoolState on(HoldReleased event) {
            return new PoolState(state.retention, state.holds.minus(event.name()));
        }

        @Override
        public PoolState on(ContentCollected event) {
            return state;
        }
    }
}

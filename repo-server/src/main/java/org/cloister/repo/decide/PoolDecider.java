package org.cloister.repo.decide;

import org.cloister.events.HoldName;
import org.cloister.events.PoolEvent;
import org.cloister.events.PoolEvent.HoldPlaced;
import org.cloister.events.PoolEvent.HoldReleased;
import org.cloister.events.PoolEvent.RetentionChanged;

/** Rules of what rules the pool. */
public final class PoolDecider {
    private PoolDecider() {}

    public static Decision<PoolEvent> retain(PoolState state, RetentionChanged wanted) {
        return state.retention().equals(wanted) ? Decision.unchanged() : Decision.accept(wanted);
    }

    /** The same hold again, for whatever reason, is the first one. */
    public static Decision<PoolEvent> hold(PoolState state, HoldPlaced wanted) {
        PoolState.Hold present = state.holds().get(wanted.name());
        if (present != null) {
            return present.placed().target().equals(wanted.target())
                    ? Decision.unchanged()
                    : Decision.refuse(
                            Rule.HOLD_NAME_TAKEN,
                            "hold " + wanted.name() + " is on "
                                    + present.placed().target() + ", not on " + wanted.target(),
                            "choose another name, or release it first");
        }
        if (state.holds().size() >= PoolState.MAX_HOLDS) {
            return Decision.refuse(
                    Rule.TOO_LARGE,
                    "there are " + PoolState.MAX_HOLDS + " holds, and no more are taken",
                    "release those that have ended: cloister pool holds");
        }
        return Decision.accept(wanted);
    }

    public static Decision<PoolEvent> release(PoolState state, HoldName name, String reason) {
        return state.holds().containsKey(name)
                ? Decision.accept(new HoldReleased(name, reason))
                : Decision.refuse(
                        Rule.HOLD_UNKNOWN, "no hold is named " + name, "see those that there are: cloister pool holds");
    }
}

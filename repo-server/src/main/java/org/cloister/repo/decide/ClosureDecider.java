package org.cloister.repo.decide;

import org.cloister.events.ClosureEvent;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;

/** The rules of configured layers: the first one of a closure is everybody's. */
public final class ClosureDecider {
    private ClosureDecider() {}

    /**
     * A later layer changes nothing; the caller reads the winner from the state.
     *
     * @param requested whether any host was ever asked to have this closure
     * @param complete whether the pool has the layer and all of its objects, durable
     */
    public static Decision<ClosureEvent> configure(
            ClosureState state, ClosureId closure, LayerId layer, boolean requested, boolean complete) {
        if (state.configured() != null) {
            return Decision.unchanged();
        }
        if (!requested) {
            return Decision.refuse(
                    Rule.CLOSURE_UNKNOWN,
                    "no host was ever asked to have closure " + closure,
                    "configure closures as they stand in InstallRequested events");
        }
        if (!complete) {
            return Decision.refuse(
                    Rule.LAYER_INCOMPLETE,
                    "the pool has not all of layer " + layer,
                    "upload its objects and its manifest first");
        }
        return Decision.accept(new ClosureConfigured(closure, layer));
    }
}

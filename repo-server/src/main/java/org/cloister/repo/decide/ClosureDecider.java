package org.cloister.repo.decide;

import org.cloister.events.ClosureEvent;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;

/** The rules of configured layers: the first one of a closure is everybody's. */
public final class ClosureDecider {
    private ClosureDecider() {}

    /**
     * A later layer changes nothing; the caller reads the winner from the state. A closure needs no request of a host: the
     * essential packages are configured as a closure of their own, from which the others start.
     *
     * @param state without a layer that was collected: another one may take its place
     * @param complete whether the pool has the layer and all of its objects, durable
     */
    public static Decision<ClosureEvent> configure(
            ClosureState state, ClosureId closure, LayerId layer, boolean complete) {
        if (state.configured() != null) {
            return Decision.unchanged();
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

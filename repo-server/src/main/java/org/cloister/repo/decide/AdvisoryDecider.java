package org.cloister.repo.decide;

import org.cloister.events.AdvisoryEvent;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;

/** Rules of advisories. */
public final class AdvisoryDecider {
    private AdvisoryDecider() {}

    /** What says nothing new is not recorded again, whichever file it comes from. */
    public static Decision<AdvisoryEvent> take(AdvisoryState state, AdvisoryImported wanted) {
        AdvisoryImported known = state.known();
        return known != null && known.saysTheSame(wanted) ? Decision.unchanged() : Decision.accept(wanted);
    }
}

package org.cloister.repo.decide;

import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/**
 * What an agent reported about one root of a request.
 *
 * @param configured the configured layer in the root; null if it failed or was a removal
 * @param reason why it failed, or null
 */
public record Answer(
        Result result,
        Occurrence reported,
        @Nullable LayerId configured,
        @Nullable String reason) {
    /** How it ended. */
    public enum Result {
        SUCCEEDED,
        FAILED
    }
}

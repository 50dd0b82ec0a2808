package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.Digest;

/** What {@code verify} found. */
public record Verification(long objects, long bytes, List<Damage> damaged) {
    /**
     * Content that differs from its digest, or is missing.
     *
     * @param paths where it is used, as {@code root/path}, a few of them
     * @param repaired whether it is right again
     */
    public record Damage(Digest object, List<String> paths, boolean repaired, String detail) {
        public Damage {
            paths = List.copyOf(paths);
        }
    }

    public Verification {
        damaged = List.copyOf(damaged);
    }
}

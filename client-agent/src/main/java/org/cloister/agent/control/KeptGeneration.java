package org.cloister.agent.control;

import java.time.Instant;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.RootName;

/** A generation on disk. */
public record KeptGeneration(
        long number, Position position, Digest digest, Instant writtenAt, List<RootName> roots, boolean current) {
    public KeptGeneration {
        roots = List.copyOf(roots);
    }
}

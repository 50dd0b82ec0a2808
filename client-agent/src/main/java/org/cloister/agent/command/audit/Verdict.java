package org.cloister.agent.command.audit;

import java.time.Instant;
import org.cloister.events.Position;
import org.cloister.events.log.Checkpoint;

/** What a verification came to. */
public sealed interface Verdict {
    /**
     * Every event is the one that was recorded.
     *
     * @param checkpoint what the log's key signed
     * @param from events up to this one were verified before, at {@code keptAt}, and are unchanged
     */
    record Intact(Checkpoint checkpoint, Position from, Instant keptAt) implements Verdict {}

    /**
     * It is not the log that it claims to be.
     *
     * @param first the first event that differs; {@link Position#NONE} where no single one can be named
     * @param reason a whole sentence
     */
    record Damaged(Position first, String reason) implements Verdict {}
}

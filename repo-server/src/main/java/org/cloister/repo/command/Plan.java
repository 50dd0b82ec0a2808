package org.cloister.repo.command;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.cloister.events.Event;
import org.jspecify.annotations.Nullable;

/** How one command is carried out. */
interface Plan<A> {
    /** Loads states and decides; called anew after each lost race, on a thread that may block. */
    CompletionStage<Attempt<A>> attempt();

    /** The first answer, from what was recorded for it; null if that is another command's. On a thread that may block. */
    @Nullable
    A repeated(List<Event> events);
}

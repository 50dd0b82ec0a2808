package org.cloister.repo.audit;

import org.cloister.events.Event;
import org.cloister.events.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Something that was asked of the repository or noticed by an agent.
 *
 * @param outcome for what was asked of a host: its last report about it, or null as long as there is none
 * @param summary one line for people, outcome included
 */
public record HistoryEntry(
        RecordedEvent recorded, Event event, @Nullable RecordedEvent outcome, String summary) {}

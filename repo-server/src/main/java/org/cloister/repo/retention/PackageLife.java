package org.cloister.repo.retention;

import java.time.Instant;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.Position;
import org.cloister.repo.decide.Occurrence;
import org.jspecify.annotations.Nullable;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * When one version could be chosen. Immutable.
 *
 * @param spans in order; only the last may lack an end
 * @param yankedFor the reason of the last yank, or null
 */
record PackageLife(
        PackagePublished event,
        PVector<Span> spans,
        @Nullable String yankedFor) {
    /** From an event to the one before whose state it ended; null: it lasts. */
    record Span(Occurrence from, @Nullable Occurrence until) {
        boolean covers(Position position) {
            return !from.position().isAfter(position)
                    && (until == null || until.position().isAfter(position));
        }
    }

    static PackageLife published(PackagePublished event, Occurrence at) {
        return new PackageLife(event, TreePVector.singleton(new Span(at, null)), null);
    }

    PackageLife yanked(Occurrence at, String reason) {
        Span last = spans.get(spans.size() - 1);
        return last.until() != null
                ? this
                : new PackageLife(event, spans.with(spans.size() - 1, new Span(last.from(), at)), reason);
    }

    PackageLife restored(Occurrence at) {
        return available() ? this : new PackageLife(event, spans.plus(new Span(at, null)), yankedFor);
    }

    boolean available() {
        return ended() == null;
    }

    /** The yank that holds now, or null. */
    @Nullable
    Occurrence ended() {
        return spans.get(spans.size() - 1).until();
    }

    /** Whether it could be chosen at {@code time} or later. */
    boolean availableSince(Instant time) {
        Occurrence ended = ended();
        return ended == null || ended.at().isAfter(time);
    }

    boolean availableAt(Position position) {
        return spans.stream().anyMatch(span -> span.covers(position));
    }
}

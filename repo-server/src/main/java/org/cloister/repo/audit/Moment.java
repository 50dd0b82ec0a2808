package org.cloister.repo.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;

/** A point of the log's past: after an event, or a time. */
public sealed interface Moment {
    /** Everything up to and with the event at {@code position}. */
    record After(Position position) implements Moment {
        @Override
        public boolean includes(Position event, Instant at) {
            return !event.isAfter(position);
        }
    }

    /** Everything that was recorded at {@code time} or before. */
    record At(Instant time) implements Moment {
        @Override
        public boolean includes(Position event, Instant at) {
            return !at.isAfter(time);
        }
    }

    /** Whether the event had happened. An event that had not is followed by none that had. */
    default boolean includes(RecordedEvent event) {
        return includes(event.position(), event.recordedAt());
    }

    /** The same of an event at {@code event}, recorded at {@code at}. */
    boolean includes(Position event, Instant at);

    /** All of the log. */
    static Moment now() {
        return new After(new Position(Long.MAX_VALUE));
    }

    /**
     * A position (digits) or a time (RFC 3339).
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Moment parse(String text) {
        try {
            return text.chars().allMatch(Character::isDigit)
                    ? new After(new Position(Long.parseLong(text)))
                    : new At(OffsetDateTime.parse(text).toInstant());
        } catch (NumberFormatException | DateTimeException e) {
            throw new IllegalArgumentException("neither a position nor a time like 2026-01-02T03:04:05Z: " + text, e);
        }
    }
}

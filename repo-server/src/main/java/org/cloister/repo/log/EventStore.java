package org.cloister.repo.log;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.cloister.events.Position;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;

/** The event log. Thread-safe. Positions are gap-free from 1; what is readable is durable and never changes. */
public interface EventStore {
    /** The most events that one read returns. */
    int MAX_READ = 10_000;

    /** What the payloads of one read weigh together at most, in bytes, if there is more than one of them. */
    int MAX_READ_BYTES = 16 * 1024 * 1024;

    /**
     * Appends all of the command's events or none. Completes after they are durable, and exceptionally with an {@link
     * java.io.IOException} if the database failed: then it is unknown whether they were appended, and the same request id
     * asked again tells. A {@link LogBusyException} says that they weren't.
     *
     * <p>The result completes on a thread of the store that acknowledges others too: what is chained to it must not block.
     */
    CompletionStage<AppendResult> append(Append command);

    /**
     * Where the events of this request stand; empty if it appended nothing.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    Optional<AppendResult.Repeated> find(RequestId request);

    /** The last durable position that this process knows of: all of its own, and those of others a moment later. Never goes back. */
    Position head();

    /**
     * The last position that is durable at the time of the call, whichever process appended it; {@link #head} is no less then. Completes
     * on some thread, where what is chained must not block; exceptionally with an {@link java.io.IOException} if the database failed.
     * Here: at once, as nobody else appends.
     */
    default CompletionStage<Position> latest() {
        return CompletableFuture.completedFuture(head());
    }

    /**
     * Events after {@code after} in order of position, at most {@code limit} of them. Fewer can be returned where more would
     * weigh over {@link #MAX_READ_BYTES}; none means that there are none.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    List<RecordedEvent> readAll(Position after, int limit);

    /**
     * Events of the selected streams after {@code after} in order of position, limited as {@link #readAll} is. What the others
     * hold costs nothing.
     */
    List<RecordedEvent> readSelected(StreamSelection selection, Position after, int limit);

    /**
     * The events at these positions, in order, limited as {@link #readAll} is: of many the first, at least one if there is any. Of more
     * than {@link #MAX_READ} positions the first so many are looked at. A position after the end has none.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    default List<RecordedEvent> readAt(SortedSet<Position> positions) {
        return positions.stream()
                .limit(MAX_READ)
                .flatMap(position -> readAll(new Position(position.value() - 1), 1).stream())
                .toList();
    }

    /** Events of one stream with a version above {@code afterVersion} in order, limited as {@link #readAll} is. */
    List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit);

    /** Events that {@link #readNewest} looks at where no index finds those that are wanted. */
    int MAX_EXAMINED = 100_000;

    /**
     * Events before {@code before}, the newest first, at most {@code limit} and limited as {@link #readAll} is. One call looks at no
     * more than {@link #MAX_EXAMINED}, so an answer without events can have a {@code next} all the same.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    NewestEvents readNewest(EventFilter filter, Position before, int limit);

    /** How many events the stream has up to and with {@code position}: the version that it had then. */
    long versionAt(StreamId stream, Position position);

    /**
     * The last position recorded at {@code time} or before. The times of the log never go back.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    default Position positionAt(Instant time) {
        long notLater = 0;
        long later = head().value() + 1;
        while (later - notLater > 1) {
            long middle = notLater + (later - notLater) / 2;
            RecordedEvent event = readAll(new Position(middle - 1), 1).get(0);
            if (event.recordedAt().isAfter(time)) {
                later = middle;
            } else {
                notLater = middle;
            }
        }
        return new Position(notLater);
    }

    /**
     * Calls {@code listener} with the new head after each durable batch and before its commands are acknowledged, on the thread
     * that acknowledges: it must not block. The registration ends when the result is closed.
     */
    Registration onAppended(Consumer<Position> listener);

    /** Ends a registration. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}

package org.cloister.repo.log;

import java.util.List;
import java.util.Optional;
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

    /**
     * Appends all of the command's events or none. Completes after they are durable, and exceptionally with an {@link
     * java.io.IOException} if the database failed: then it is unknown whether they were appended, and the same request id
     * asked again tells.
     */
    CompletionStage<AppendResult> append(Append command);

    /**
     * Where the events of this request stand; empty if it appended nothing.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    Optional<AppendResult.Repeated> find(RequestId request);

    /** The last durable position. */
    Position head();

    /**
     * Events after {@code after} in order of position, at most {@code limit} of them.
     *
     * @throws java.io.UncheckedIOException if the database failed
     */
    List<RecordedEvent> readAll(Position after, int limit);

    /** Events of one stream with a version above {@code afterVersion} in order, at most {@code limit}. */
    List<RecordedEvent> readStream(StreamId stream, long afterVersion, int limit);

    /**
     * Calls {@code listener} with the new head after each durable batch, on the sequencer's thread: it must not block. The
     * registration ends when the result is closed.
     */
    Registration onAppended(Consumer<Position> listener);

    /** Ends a registration. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}

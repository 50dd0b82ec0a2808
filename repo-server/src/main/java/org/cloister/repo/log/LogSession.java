package org.cloister.repo.log;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;

/**
 * A writer's connection to the log. Several may be open, here and in other processes: a batch that was placed after anything but the log's
 * end contradicts the log, so nobody appends by what was true some time ago, however long it was stopped. Between {@link #begin} and
 * {@link #commit} or {@link #end} nobody else appends. Every method throws an {@link IOException} if the database failed; then the
 * session is of no further use. One thread.
 */
interface LogSession extends AutoCloseable {
    /** Opens sessions. */
    interface Source {
        LogSession open() throws IOException, InterruptedException;
    }

    /** A row of the batch contradicts what the log holds; nothing of the batch was written, the session goes on, the turn is over. */
    final class ContradictionException extends Exception {
        private static final long serialVersionUID = 1;

        ContradictionException(String message, Throwable cause) {
            super(message, cause);
        }

        ContradictionException(String message) {
            super(message);
        }
    }

    /** What the next batch goes after. */
    record Tail(MerkleFrontier frontier, Instant recordedAt) {}

    /** An event that another writer appended. */
    record Entry(StreamId stream, long version, byte[] leafHash, Instant recordedAt) {}

    /** Waits for the turn to write. Whoever has it and does nothing for some seconds loses it, and its session. */
    void begin() throws IOException;

    /** Gives the turn back with nothing written; nothing happens where there is none. */
    void end() throws IOException;

    Tail tail() throws IOException;

    /** The first {@code limit} events after the first {@code size}, in order. */
    List<Entry> after(long size, int limit) throws IOException;

    /** The versions of {@code streams}, 0 for those that are not there. */
    Map<StreamId, Long> versions(Collection<StreamId> streams) throws IOException;

    /** The answers of those of {@code requests} that were carried out. */
    Map<RequestId, AppendResult.Repeated> answers(Collection<RequestId> requests) throws IOException;

    /** Writes all of the batch or nothing, durable on return, and ends the turn if there is one. After an {@link IOException} it is not known which. */
    void commit(Batch batch) throws IOException, ContradictionException;

    @Override
    void close();
}

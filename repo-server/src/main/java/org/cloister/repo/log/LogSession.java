package org.cloister.repo.log;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import org.cloister.events.RequestId;
import org.cloister.events.StreamId;

/**
 * The exclusive right to write the log, on one connection: while it is open no other session is, here or in another process.
 * Every method throws an {@link IOException} if the database failed; then the session is of no further use. One thread.
 */
interface LogSession extends AutoCloseable {
    /** Opens sessions. */
    interface Source {
        /** Waits until no other session is open; what the former one wrote is decided then. */
        LogSession open() throws IOException, InterruptedException;
    }

    /** A row of the batch contradicts what the log holds; nothing of the batch was written, the session goes on. */
    final class ContradictionException extends Exception {
        private static final long serialVersionUID = 1;

        ContradictionException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** What the next batch goes after. */
    record Tail(MerkleFrontier frontier, Instant recordedAt) {}

    Tail tail() throws IOException;

    /** The versions of {@code streams}, 0 for those that are not there. */
    Map<StreamId, Long> versions(Collection<StreamId> streams) throws IOException;

    /** The answers of those of {@code requests} that were carried out. */
    Map<RequestId, AppendResult.Repeated> answers(Collection<RequestId> requests) throws IOException;

    /** Writes all of the batch or nothing, durable on return. After an {@link IOException} it is not known which. */
    void commit(Batch batch) throws IOException, ContradictionException;

    @Override
    void close();
}

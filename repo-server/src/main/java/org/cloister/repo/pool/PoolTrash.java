package org.cloister.repo.pool;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.RequestId;

/**
 * What is on its way out, aside from everything that is found, by the request that took it away. A crash at any moment leaves each thing in
 * its place, aside, or both. One thread at a time.
 */
public interface PoolTrash {
    /** Those that took something and neither deleted it nor brought it back. */
    List<RequestId> removals() throws IOException;

    /** Before the first {@link #take}. */
    void begin(RequestId removal) throws IOException;

    /** Moves it aside. False if it isn't here. */
    boolean take(RequestId removal, ContentKind kind, Digest digest) throws IOException;

    /** Makes durable what was taken so far, all of it. */
    void settle(RequestId removal, Collection<Taken> taken) throws IOException;

    /** Moves everything back, unless it came anew meanwhile; then it is none of the {@link #removals}. */
    void bringBack(RequestId removal) throws IOException;

    /** Gives the place back that it took; then it is none of the {@link #removals}. */
    void delete(RequestId removal) throws IOException;

    /** Something that was moved aside. */
    record Taken(ContentKind kind, Digest digest) {}
}

package org.cloister.repo.pool;

import java.io.IOException;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;

/**
 * Someone who is about to say in the log that content is needed. What is stored or kept through it doesn't go before it is closed,
 * which is after the event is durable: from then on the event keeps it. Thread-safe.
 */
public interface PoolUse extends AutoCloseable {
    /** Content that arrives. Closing the staging ends nothing of this use. */
    Staging stage() throws IOException;

    /** Whether the layer is here; then it stays, with its objects. */
    boolean keep(LayerId layer);

    /** Whether the artifact is here; then it stays. */
    boolean keepArtifact(Digest artifact);

    /** Whether the object is here; then it stays. */
    boolean keepObject(Digest object);

    @Override
    void close();
}

package org.cloister.repo.pool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.cloister.events.Digest;
import org.cloister.events.layer.Manifest;

/**
 * Content that arrives together and becomes visible together, or never. Used by one thread; closing it without
 * {@link #publish} leaves nothing behind, and so does a crash (the pool clears its staging area when it opens).
 */
public interface Staging extends AutoCloseable {
    /** Reads {@code content} to its end, which may be long, and hashes it. Nothing is visible yet. */
    StagedObject add(InputStream content) throws IOException;

    /**
     * Makes durable and visible: the objects, then the layer, then the artifact. Returns when a crash can't undo it.
     *
     * @param layer each of its objects was added here or is in the pool
     * @param spooled content of {@code artifact}, which the caller hashed and no longer changes. It is linked, or copied and
     *     hashed again where it can't be linked; its name stays for the caller to delete.
     * @throws IllegalStateException if an object of the layer is missing or this was called before
     */
    void publish(Manifest layer, Digest artifact, Path spooled) throws IOException;

    @Override
    void close() throws IOException;
}

package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Produces an answer piece by piece. Called by one worker thread at a time; may block. */
interface ChunkSource extends AutoCloseable {
    /** The next piece, not empty, of a size that may be held in memory; null at the end. */
    @Nullable
    Buffer next() throws IOException;

    @Override
    void close() throws IOException;
}

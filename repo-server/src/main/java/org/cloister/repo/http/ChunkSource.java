package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Produces an answer piece by piece. Called by one worker thread at a time; may block. */
interface ChunkSource extends AutoCloseable {
    /**
     * The next piece, not empty; null at the end.
     *
     * @param most bytes that it should have at most; it may have more where it can't be divided
     */
    @Nullable
    Buffer next(int most) throws IOException;

    @Override
    void close() throws IOException;
}

package org.cloister.repo.http;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.cloister.repo.pool.Blob;
import org.jspecify.annotations.Nullable;

/** A part of a stored thing that is no file of this machine, in pieces of which a slow client holds one. */
final class BlobChunks implements ChunkSource {
    private final Blob blob;
    private long next;
    private final long end;

    /** @param length at least 1, and within the blob from {@code offset} on */
    BlobChunks(Blob blob, long offset, long length) {
        this.blob = blob;
        this.next = offset;
        this.end = offset + length;
    }

    @Override
    public @Nullable Buffer next(int most) throws IOException {
        if (next == end) {
            return null;
        }
        byte[] piece = blob.content().read(next, (int) Math.min(Math.min(most, ObjectBatch.CHUNK), end - next));
        next += piece.length;
        return Buffer.buffer(piece);
    }

    @Override
    public void close() {}
}

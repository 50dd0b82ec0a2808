package org.cloister.repo.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.Pool;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a batch request ({@code docs/protocol.md}, "Object batch"), in pieces of at most {@link #CHUNK} bytes: many small
 * objects share one, a large one takes several.
 */
final class ObjectBatch implements ChunkSource {
    /** Large enough that thousands of small files cost few writes. */
    static final int CHUNK = 256 * 1024;

    private static final int MAX_HEADER = 64 + 1 + 20 + 1;

    private final Pool pool;
    private final List<Digest> objects;
    private int next;
    private boolean ended;
    private @Nullable FileChannel open;
    /** Instead of an open file, where there is none. */
    private @Nullable Blob elsewhere;

    private long remaining;

    ObjectBatch(Pool pool, List<Digest> objects) {
        this.pool = pool;
        this.objects = List.copyOf(objects);
    }

    @Override
    public @Nullable Buffer next(int most) throws IOException {
        if (ended) {
            return null;
        }
        int size = Math.max(2 * MAX_HEADER, Math.min(most, CHUNK));
        ByteBuf chunk = Unpooled.buffer(size, size);
        while (chunk.writableBytes() > MAX_HEADER && !ended) {
            if (open != null) {
                copy(open, chunk);
            } else if (elsewhere != null) {
                copy(elsewhere, chunk);
            } else if (next < objects.size()) {
                start(objects.get(next++), chunk);
            } else {
                chunk.writeCharSequence("end\n", StandardCharsets.US_ASCII);
                ended = true;
            }
        }
        return BufferInternal.buffer(chunk);
    }

    private void start(Digest digest, ByteBuf chunk) throws IOException {
        Optional<Blob> blob = pool.object(digest);
        long size = blob.map(Blob::size).orElse(-1L);
        chunk.writeCharSequence(digest.hex() + ' ' + size + '\n', StandardCharsets.US_ASCII);
        if (size > 0) {
            Path file = blob.orElseThrow().file();
            if (file == null) {
                elsewhere = blob.orElseThrow();
            } else {
                open = FileChannel.open(file, StandardOpenOption.READ);
            }
            remaining = size;
        }
    }

    private void copy(Blob blob, ByteBuf chunk) throws IOException {
        byte[] piece = blob.content().read(blob.size() - remaining, (int) Math.min(remaining, chunk.writableBytes()));
        chunk.writeBytes(piece);
        remaining -= piece.length;
        if (remaining == 0) {
            elsewhere = null;
        }
    }

    private void copy(FileChannel channel, ByteBuf chunk) throws IOException {
        int read = chunk.writeBytes(channel, (int) Math.min(remaining, chunk.writableBytes()));
        if (read < 0) {
            throw new EOFException("an object of the pool is shorter than it was");
        }
        remaining -= read;
        if (remaining == 0) {
            close();
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel channel = open;
        open = null;
        if (channel != null) {
            channel.close();
        }
    }
}

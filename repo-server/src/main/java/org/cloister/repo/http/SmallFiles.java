package org.cloister.repo.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.cloister.repo.pool.Blob;

/**
 * Small files that were asked for, in memory: opening one takes longer than sending it. For files whose path names their content, which
 * therefore never change. So it is with the pool's content wherever it is. Thread-safe.
 */
final class SmallFiles {
    /** Half of Debian's packages are smaller. */
    private static final int MAX_FILE = 128 * 1024;

    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Workers workers;
    private final Cache<Object, Buffer> kept = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Object place, Buffer bytes) -> bytes.length())
            .build();

    SmallFiles(Workers workers) {
        this.workers = workers;
    }

    /** The same, with its bytes if it is small. */
    Future<AptContent> inMemory(AptContent content) {
        Blob blob = content.blob();
        Object place = blob == null ? content.file() : blob.content();
        if (place == null || content.size() > MAX_FILE) {
            return Future.succeededFuture(content);
        }
        Buffer here = kept.getIfPresent(place);
        return here == null
                ? workers.run(() -> content.with(read(content, place)))
                : Future.succeededFuture(content.with(here));
    }

    private Buffer read(AptContent content, Object place) throws IOException {
        Path file = content.file();
        Blob blob = content.blob();
        Buffer bytes = Buffer.buffer(blob != null ? blob.bytes() : Files.readAllBytes(Objects.requireNonNull(file)));
        kept.put(place, bytes);
        return bytes;
    }
}

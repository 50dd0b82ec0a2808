package org.cloister.repo.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Small files that were asked for, in memory: opening one takes longer than sending it. For files whose path names their content, which
 * therefore never change. Thread-safe.
 */
final class SmallFiles {
    /** Half of Debian's packages are smaller. */
    private static final int MAX_FILE = 128 * 1024;

    private static final long MAX_BYTES = 64L * 1024 * 1024;

    private final Workers workers;
    private final Cache<Path, Buffer> kept = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Path path, Buffer bytes) -> bytes.length())
            .build();

    SmallFiles(Workers workers) {
        this.workers = workers;
    }

    /** The same, with its bytes if it is small. */
    Future<AptContent> inMemory(AptContent content) {
        Path file = content.file();
        if (file == null || content.size() > MAX_FILE) {
            return Future.succeededFuture(content);
        }
        Buffer here = kept.getIfPresent(file);
        return here == null ? workers.run(() -> content.with(read(file))) : Future.succeededFuture(content.with(here));
    }

    private Buffer read(Path file) throws IOException {
        Buffer bytes = Buffer.buffer(Files.readAllBytes(file));
        kept.put(file, bytes);
        return bytes;
    }
}

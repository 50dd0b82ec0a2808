package org.cloister.repo.collect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.StoreAwayException;
import org.cloister.repo.retention.RetentionState.Recorded;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When something went that isn't here. For each thing that ever went it remembers eight bytes, once somebody asked. Thread-safe, may
 * block.
 */
public final class CollectedContent {
    private static final Logger LOG = LoggerFactory.getLogger(CollectedContent.class);

    private final RetentionView view;
    private final Pool pool;
    /** By manifest, the beginnings of what it names, sorted. */
    private final Map<Digest, long[]> beginnings = new ConcurrentHashMap<>();

    public CollectedContent(RetentionView view, Pool pool) {
        this.view = view;
        this.pool = pool;
    }

    /** The last time that it went, or null if it never did. */
    public @Nullable Recorded find(ContentKind kind, Digest digest) {
        var records = view.state().records();
        for (int i = records.size() - 1; i >= 0; i--) {
            Digest manifest = records.get(i).event().manifest();
            long[] known = beginnings.computeIfAbsent(manifest, this::read);
            if (Arrays.binarySearch(known, beginning(kind, digest)) >= 0) {
                return records.get(i);
            }
        }
        return null;
    }

    private long[] read(Digest manifest) {
        long[] found = new long[0];
        try {
            Blob blob = pool.object(manifest).orElse(null);
            if (blob == null) {
                LOG.error("the record {} of a collection isn't in the pool", manifest);
                return found;
            }
            List<Long> all = new ArrayList<>();
            CollectionManifest.read(blob.bytes(), (kind, digest) -> all.add(beginning(kind, digest)));
            found = all.stream().mapToLong(Long::longValue).sorted().toArray();
        } catch (StoreAwayException e) {
            throw new UncheckedIOException(e);
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("the record {} of a collection can't be read", manifest, e);
        }
        return found;
    }

    /** Two things of one beginning are one in more than 10^10 pools; then a 404 says 410. */
    private static long beginning(ContentKind kind, Digest digest) {
        return ByteBuffer.wrap(digest.bytes()).getLong() ^ kind.ordinal();
    }
}

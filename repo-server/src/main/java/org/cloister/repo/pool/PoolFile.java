package org.cloister.repo.pool;

import java.time.Instant;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;

/**
 * A file of the pool.
 *
 * @param size bytes
 * @param modified when it was written, or last spared
 */
public record PoolFile(ContentKind kind, Digest digest, long size, Instant modified) {}

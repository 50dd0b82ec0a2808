package org.cloister.repo.retention;

import java.time.Instant;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;

/**
 * Something that the pool has.
 *
 * @param size bytes
 * @param since when it arrived, or was last wanted again
 */
public record Stored(ContentKind kind, Digest digest, long size, Instant since) {}

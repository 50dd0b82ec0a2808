package org.cloister.repo.pool;

import org.cloister.events.Digest;

/**
 * What was read into a {@link Staging}.
 *
 * @param size bytes
 */
public record StagedObject(Digest digest, long size) {}

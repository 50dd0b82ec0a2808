package org.cloister.repo.collect;

import org.cloister.events.ContentKind;

/**
 * What the pool has of one kind.
 *
 * @param bytes of all of it
 * @param reclaimable how many nothing needs
 * @param reclaimableBytes of those
 * @param condemned how many of those wait for their grace to pass
 */
public record PoolStats(
        ContentKind kind, long count, long bytes, long reclaimable, long reclaimableBytes, long condemned) {}

package org.cloister.repo.mirror;

import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.Position;
import org.cloister.repo.listing.Listing;

/**
 * One defined mirror, and what it listed last.
 *
 * @param listing its present state
 * @param indexedAt where the end of the synchronization stands from which {@code listing} follows
 * @param asDefined whether that synchronization went by the present definition
 */
public record ListedSource(SyncSource source, Listing listing, Position indexedAt, boolean asDefined) {
    /** Whether what this InRelease names is listed already. */
    boolean isCurrent(Digest inRelease) {
        MirrorIndexed last = listing.indexed();
        return asDefined && last != null && last.inRelease().equals(inRelease);
    }
}

package org.cloister.repo.mirror;

import java.util.List;
import org.cloister.events.deb.PackageId;

/** How a synchronization ended. Either way it is recorded. */
public sealed interface SyncResult {
    /**
     * Everything that was asked for is published, with its closure.
     *
     * @param published what was new, in the order of publication
     * @param closure how many packages the closures have together
     * @param position of the log after it
     */
    record Synchronized(List<PackageId> published, int closure, long position) implements SyncResult {}

    /**
     * What the complete indexes list is listed here.
     *
     * @param listed how many packages are new or changed
     * @param withdrawn how many are listed no longer
     * @param total how many are listed now
     * @param published what was fetched besides, by the policy of the mirrors
     * @param position of the log after it; 0 if nothing had to be recorded
     */
    record Indexed(int listed, int withdrawn, int total, List<PackageId> published, long position)
            implements SyncResult {}

    /**
     * What was published before the failure stays, and what arrived is used by the next attempt.
     *
     * @param rule a word for programs, such as {@code bad-signature}
     */
    record Failed(String rule, String detail, String remedy) implements SyncResult {}
}

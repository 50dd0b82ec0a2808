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
     * What was published before the failure stays, and what arrived is used by the next attempt.
     *
     * @param rule a word for programs, such as {@code bad-signature}
     */
    record Failed(String rule, String detail, String remedy) implements SyncResult {}
}

package org.cloister.repo.mirror;

/** Told how a synchronization goes, a few times a second, by several threads, one at a time. Returns quickly. */
public interface SyncListener {
    void progress(SyncProgress progress);

    /** Asked now and then; false ends the synchronization. What was published stays. */
    default boolean stillWanted() {
        return true;
    }
}

package org.cloister.repo.collect;

import org.cloister.repo.retention.Verdict;

/** Hears how a collection goes, on its thread. */
public interface CollectionListener {
    /** Of each thing that the pool has, artifacts first, then layers, then objects. */
    void judged(Verdict verdict);

    /** What is gone and recorded so far. */
    void collected(long things, long bytes);

    /** False ends it; what is recorded is gone. */
    boolean stillWanted();

    /** Hears nothing. */
    CollectionListener NONE = new CollectionListener() {
        @Override
        public void judged(Verdict verdict) {}

        @Override
        public void collected(long things, long bytes) {}

        @Override
        public boolean stillWanted() {
            return true;
        }
    };
}

package org.cloister.repo.pool;

import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What is in use, and what is condemned. Content goes only while its condemnation stands, and whoever takes it in use or finds it
 * lifts that: so of one who finds a thing and one who takes it away the second one always knows of the first. Thread-safe.
 */
final class InUse {
    private final Map<Digest, Integer> pinned = new HashMap<>();
    private final Map<Digest, Instant> condemned = new ConcurrentHashMap<>();
    private int everything;

    /** Moves a file away; false if it isn't there. */
    interface Move {
        boolean run() throws IOException;
    }

    /** Quick: without a lock. */
    boolean isCondemned(Digest digest) {
        return condemned.containsKey(digest);
    }

    /** Since when, or null. */
    @Nullable
    Instant condemnedSince(Digest digest) {
        return condemned.get(digest);
    }

    /** Nothing of this digest goes until {@link #unpin}. @return whether it was condemned */
    synchronized boolean pin(Digest digest) {
        pinned.merge(digest, 1, Integer::sum);
        return spare(digest);
    }

    synchronized void unpin(Collection<Digest> digests) {
        digests.forEach(digest -> pinned.computeIfPresent(digest, (same, count) -> count == 1 ? null : count - 1));
    }

    /** @return whether it was condemned */
    synchronized boolean spare(Digest digest) {
        return condemned.remove(digest) != null;
    }

    /** Nothing at all goes until {@link #releaseAll}. */
    synchronized void holdAll() {
        everything++;
    }

    synchronized void releaseAll() {
        everything--;
    }

    /** Before anybody uses the pool. */
    void load(Map<Digest, Instant> marks) {
        condemned.putAll(marks);
    }

    /**
     * These are condemned, and nothing else. Those that were already, and weren't wanted since, are so from then on.
     *
     * @param going each with the time when it was last wanted
     * @return all of them with the times of their condemnation
     */
    synchronized Map<Digest, Instant> condemn(Map<Digest, Instant> going, Instant now) {
        condemned.keySet().retainAll(going.keySet());
        going.forEach((digest, wanted) -> {
            Instant before = condemned.get(digest);
            if (pinned.containsKey(digest)) {
                condemned.remove(digest);
            } else if (before == null || wanted.isAfter(before)) {
                condemned.put(digest, now);
            }
        });
        return Map.copyOf(condemned);
    }

    /** Moves it away unless it is in use, or wasn't condemned until {@code before} and has been ever since. */
    synchronized boolean take(Digest digest, Instant before, Move move) throws IOException {
        Instant since = condemned.get(digest);
        if (everything > 0 || since == null || since.isAfter(before) || pinned.containsKey(digest) || !move.run()) {
            return false;
        }
        condemned.remove(digest);
        return true;
    }
}

package org.cloister.fuse.integrity;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.cloister.events.Digest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Objects that are damaged now, in the order in which that was found. Lives as long as the process: the disk remembers, and what
 * is still damaged after a restart is found again when it is opened or scrubbed. For all threads.
 */
public final class DamageLog {
    private static final Logger LOG = LoggerFactory.getLogger(DamageLog.class);
    /** More is a broken disk. What isn't taken gives EIO all the same, and is found again when there is room. */
    static final int MAX_DAMAGED = 10_000;

    /** Damaged at once and still worth a line of the log each. */
    private static final int MAX_LOGGED = 100;

    /** @param number counts findings; an object that is whole for a while and then damaged again gets another one */
    public record Damage(long number, Digest object, long size, Finding finding) {}

    private final Map<Digest, Damage> damaged = new LinkedHashMap<>();
    private long last;

    /** Nothing happens when it is known already. */
    public synchronized void found(Digest object, long size, Finding finding) {
        if (damaged.containsKey(object) || damaged.size() >= MAX_DAMAGED) {
            return;
        }
        damaged.put(object, new Damage(++last, object, size, finding));
        notifyAll();
        if (damaged.size() <= MAX_LOGGED) {
            LOG.error("object {} {}: who reads it gets EIO until it is fetched again", object, finding.words());
        }
    }

    public synchronized void whole(Digest object) {
        if (damaged.remove(object) != null) {
            LOG.info("object {} is whole again", object);
        }
    }

    /** What was found later than number {@code after} and is still so, the oldest first, at most {@code limit}. */
    public synchronized List<Damage> after(long after, int limit) {
        List<Damage> later = new ArrayList<>();
        for (Damage one : damaged.values()) {
            if (one.number > after && later.size() < limit) {
                later.add(one);
            }
        }
        return later;
    }

    /** As {@link #after}, but waits up to {@code millis} until there is one. */
    public synchronized List<Damage> await(long after, int limit, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        List<Damage> later = after(after, limit);
        while (later.isEmpty()) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return later;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
            later = after(after, limit);
        }
        return later;
    }

    public synchronized SortedSet<Digest> damaged() {
        return new TreeSet<>(damaged.keySet());
    }
}

package org.cloister.agent.guest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.cloister.events.Digest;
import org.cloister.events.RootName;

/**
 * Which guests may be booted ahead: those that were asked for twice within ten minutes. Each has a key, which is of this agent, the root as it is now and all
 * that a guest is booted with; when any of it changes, nobody has that key any more. For all threads; nothing is carried out here.
 */
final class GuestPool {
    private static final Duration RECENT = Duration.ofMinutes(10);
    /** More than a machine has memory for. */
    private static final int MAX_KEYS = 256;

    private final String agent;
    private final long bytes;
    private final Function<RootName, String> rootNow;
    private final LongSupplier nanos;
    private final Map<String, Use> uses = new LinkedHashMap<>(16, 0.75f, true);

    private record Use(RootName root, String rootThen, long last) {}

    /**
     * @param agent another for each run of an agent: what an earlier one booted is of its mount
     * @param bytes of the machine's memory that guests that wait may hold together; 0: none waits
     * @param rootNow all that a root's guest depends on, as text
     * @param nanos a clock, as {@link System#nanoTime()}
     */
    GuestPool(String agent, long bytes, Function<RootName, String> rootNow, LongSupplier nanos) {
        this.agent = agent;
        this.bytes = bytes;
        this.rootNow = rootNow;
        this.nanos = nanos;
    }

    /**
     * The key of the guest that is asked for now.
     *
     * @param words all that a guest is booted with
     * @return empty if it wasn't asked for lately, or none may wait
     */
    synchronized Optional<String> use(RootName root, String words) {
        if (bytes == 0) {
            return Optional.empty();
        }
        String then = rootNow.apply(root);
        String key = Digest.ofText(String.join("\0", agent, root.text(), then, words))
                .hex();
        Use before = uses.put(key, new Use(root, then, nanos.getAsLong()));
        if (uses.size() > MAX_KEYS) {
            uses.remove(uses.keySet().iterator().next());
        }
        return before != null && nanos.getAsLong() - before.last() < RECENT.toNanos()
                ? Optional.of(key)
                : Optional.empty();
    }

    /** Whether a guest of that root may still wait with that key. */
    synchronized boolean isCurrent(RootName root, String key) {
        Use use = uses.get(key);
        return use != null && use.root().equals(root) && use.rootThen().equals(rootNow.apply(root));
    }

    /** Whether so much may be held by those that wait. @param held in KiB */
    boolean hasRoom(long held) {
        return held * 1024 <= bytes;
    }
}

package org.cloister.agent.integrity;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.cloister.agent.mount.UnionControl;
import org.cloister.agent.store.Damaged;
import org.cloister.agent.store.LayerFetch;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to what the file system finds damaged, and fetches it again until it is whole, on a thread of its own. While the
 * repository is away it tries again, each time after a longer pause; incidents wait in the database, over a restart too.
 */
public final class ObjectRepair implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectRepair.class);
    private static final long LISTEN_MILLIS = 30_000;
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LAST_PAUSE_MILLIS = 300_000;
    /** While the file system doesn't answer. */
    private static final long UNHEARD_MILLIS = 1_000;
    /** Fetched together; more follow at once. */
    private static final int MAX_TOGETHER = 1_000;

    private static final long INTERRUPT_AGAIN_MILLIS = 100;

    private final UnionControl union;
    private final LayerFetch fetch;
    private final Incidents incidents;
    private final Thread thread = new Thread(this::run, "repair");
    private String run = "";
    private long after;
    private long pause = FIRST_PAUSE_MILLIS;
    private long due = System.nanoTime();
    private volatile @Nullable String problem;

    public ObjectRepair(UnionControl union, LayerFetch fetch, Incidents incidents) {
        this.union = union;
        this.fetch = fetch;
        this.incidents = incidents;
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Why damage isn't repaired yet, or null. */
    public @Nullable String problem() {
        return problem;
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                round();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void round() throws InterruptedException {
        try {
            List<Damaged> open = incidents.open(MAX_TOGETHER);
            if (open.isEmpty()) {
                problem = null;
                pause = FIRST_PAUSE_MILLIS;
                hear(LISTEN_MILLIS);
            } else if (due <= System.nanoTime()) {
                repair(open);
            } else {
                hear(Math.min(LISTEN_MILLIS, TimeUnit.NANOSECONDS.toMillis(due - System.nanoTime()) + 1));
            }
        } catch (IOException e) {
            LOG.warn("repair: {}", e.getMessage());
            problem = e.getMessage();
            Thread.sleep(UNHEARD_MILLIS);
        }
    }

    private void hear(long millis) throws IOException, InterruptedException {
        UnionControl.DamageNews news;
        try {
            news = union.damaged(run, after, Duration.ofMillis(millis));
        } catch (IOException e) {
            LOG.debug("{}", e.getMessage());
            Thread.sleep(Math.min(millis, UNHEARD_MILLIS));
            return;
        }
        boolean toldAlready = news.run().equals(run) && news.after() <= after;
        if (!news.damaged().isEmpty() && !toldAlready) {
            incidents.heard(news.damaged());
            pause = FIRST_PAUSE_MILLIS;
            due = Math.min(due, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(problem == null ? 0 : pause));
        }
        if (!news.run().equals(run)) {
            // Another process: it doesn't know yet what its predecessor refused.
            incidents.found(incidents.open(MAX_TOGETHER));
        }
        run = news.run();
        after = news.after();
    }

    private void repair(List<Damaged> open) throws IOException, InterruptedException {
        try {
            List<Damaged> whole = fetched(open);
            incidents.fetched(whole);
            problem = whole.size() == open.size()
                    ? null
                    : "the repository has no intact copy of " + (open.size() - whole.size()) + " damaged objects";
        } catch (IOException e) {
            problem = open.size() + " damaged objects wait to be fetched again: " + e.getMessage();
        }
        if (problem != null) {
            LOG.warn("{}", problem);
        }
        // What was closed is not due any more; what wasn't waits, so that nothing is fetched in a tight loop.
        due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause);
        pause = Math.min(2 * pause, LAST_PAUSE_MILLIS);
    }

    private List<Damaged> fetched(List<Damaged> open) throws IOException, InterruptedException {
        Map<Digest, Long> objects = new LinkedHashMap<>();
        open.stream().filter(one -> !one.manifest()).forEach(one -> objects.put(one.object(), one.size()));
        Set<Digest> lost = objects.isEmpty() ? Set.of() : fetch.fetchAgain(objects);
        List<Damaged> whole = new ArrayList<>();
        for (Damaged one : open) {
            boolean here =
                    one.manifest() ? fetch.fetchManifestAgain(new LayerId(one.object())) : !lost.contains(one.object());
            if (here) {
                whole.add(one);
            }
        }
        return whole;
    }

    @Override
    public void close() throws InterruptedException {
        // Java 17's HTTP client loses an interruption while an answer's body is read (JDK-8294047).
        while (thread.isAlive()) {
            thread.interrupt();
            thread.join(INTERRUPT_AGAIN_MILLIS);
        }
    }
}

package org.cloister.repo.collect;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.cloister.events.ContentKind;
import org.cloister.events.CorrelationId;
import org.cloister.events.Digest;
import org.cloister.events.Principal;
import org.cloister.events.layer.LayerId;
import org.cloister.repo.log.EventStore;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.pool.PoolGarbage;
import org.cloister.repo.retention.Stored;
import org.cloister.repo.retention.Verdict;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;

/**
 * Collects in two phases. What nothing needs is condemned, durably; what has been condemned for the grace, and isn't needed by the
 * newest log either, is taken away in batches, each of which is recorded before its bytes are freed. Uploads, commands and readers
 * go on all the while, and what they use doesn't go. A crash at any moment leaves every batch as it was, or recorded and gone.
 * One collection at a time; thread-safe, blocks.
 */
public final class PoolCollector {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Views views;
    private final RetentionView retention;
    private final LoggedContents contents;
    private final PoolGarbage garbage;
    private final boolean shared;
    private final Removals removals;
    private final InstantSource clock;
    private final ReentrantLock one = new ReentrantLock();

    public PoolCollector(Views views, RetentionView retention, Pool pool, EventStore store, InstantSource clock) {
        this.views = views;
        this.retention = retention;
        this.contents = new LoggedContents(views, pool);
        this.garbage = pool.garbage();
        this.shared = pool.isShared();
        this.removals = new Removals(pool, retention, store, this::awaitViews);
        this.clock = clock;
    }

    /** Another one runs. */
    public static final class BusyException extends IOException {
        private static final long serialVersionUID = 1;

        BusyException() {
            super("another collection runs");
        }
    }

    /** Other processes may have the pool open; what they receive isn't known to this one. */
    public static final class SharedException extends IOException {
        private static final long serialVersionUID = 1;

        SharedException() {
            super("other processes may share this pool");
        }
    }

    /** What would be decided now; changes nothing. */
    public List<PoolStats> explain(Duration grace, CollectionListener listener) throws IOException {
        Survey survey = survey(grace, listener);
        Map<ContentKind, long[]> sums = new HashMap<>();
        for (Stored thing : survey.going().values()) {
            long[] sum = sums.computeIfAbsent(thing.kind(), kind -> new long[3]);
            sum[0]++;
            sum[1] += thing.size();
            sum[2] += garbage.condemnedSince(thing.digest()) == null ? 0 : 1;
        }
        List<PoolStats> stats = new ArrayList<>();
        for (ContentKind kind : ContentKind.values()) {
            long[] sum = sums.getOrDefault(kind, new long[3]);
            Survey.Tally all = survey.all(kind);
            stats.add(new PoolStats(kind, all.count(), all.bytes(), sum[0], sum[1], sum[2]));
        }
        return stats;
    }

    /**
     * Condemns what nothing needs, and takes away what has been so for {@code grace}.
     *
     * @param by who asked for it
     * @throws BusyException if another one runs
     * @throws SharedException if the pool isn't this process's alone
     * @throws java.util.concurrent.CancellationException if nobody waits for it any more; what is recorded is gone
     */
    public Collection collect(Principal by, CorrelationId correlation, Duration grace, CollectionListener listener)
            throws IOException {
        if (shared) {
            throw new SharedException();
        }
        if (!one.tryLock()) {
            throw new BusyException();
        }
        try {
            Survey first = survey(grace, listener);
            Map<Digest, Instant> going = new HashMap<>();
            first.going().forEach((digest, thing) -> going.put(digest, thing.since()));
            Map<Digest, Instant> marks = garbage.condemn(going, clock.instant());
            // Again: what came to be needed since then stays.
            Instant before = clock.instant().minus(grace);
            Survey second = survey(grace, quiet(listener));
            List<Stored> due = second.going().values().stream()
                    .filter(thing ->
                            !marks.getOrDefault(thing.digest(), Instant.MAX).isAfter(before))
                    .toList();
            Removals.Sum gone = removals.run(
                    new Removals.Order(by, correlation, before),
                    of(due, EnumSet.of(ContentKind.ARTIFACT, ContentKind.LAYER)),
                    listener);
            gone = gone.plus(removals.run(
                    new Removals.Order(by, correlation, before),
                    unused(of(due, EnumSet.of(ContentKind.OBJECT))),
                    listener));
            return summary(first, second, gone);
        } finally {
            one.unlock();
        }
    }

    /** Since when it is condemned, or null if it isn't. */
    public @Nullable Instant condemnedSince(Digest digest) {
        return garbage.condemnedSince(digest);
    }

    private Collection summary(Survey first, Survey second, Removals.Sum gone) {
        long judged = 0;
        for (ContentKind kind : ContentKind.values()) {
            judged += first.all(kind).count();
        }
        List<Stored> waiting = second.going().values().stream()
                .filter(thing -> garbage.condemnedSince(thing.digest()) != null)
                .toList();
        return new Collection(
                judged,
                waiting.size(),
                waiting.stream().mapToLong(Stored::size).sum(),
                gone.things(),
                gone.bytes(),
                gone.position());
    }

    private static List<Stored> of(List<Stored> things, Set<ContentKind> kinds) {
        return things.stream().filter(thing -> kinds.contains(thing.kind())).toList();
    }

    /** Those that no layer has which is still here, whatever was thought of it. */
    private List<Stored> unused(List<Stored> objects) throws IOException {
        if (objects.isEmpty()) {
            return objects;
        }
        Set<Digest> used = new HashSet<>();
        List<LayerId> layers = new ArrayList<>();
        garbage.each(ContentKind.LAYER, layer -> layers.add(new LayerId(layer.digest())));
        for (LayerId layer : layers) {
            garbage.objects(layer, used::add);
        }
        return objects.stream().filter(thing -> !used.contains(thing.digest())).toList();
    }

    private Survey survey(Duration grace, CollectionListener listener) throws IOException {
        awaitViews();
        Survey survey = new Survey(views, retention.state(), contents, garbage, listener, clock.instant(), grace);
        survey.run();
        return survey;
    }

    private static CollectionListener quiet(CollectionListener listener) {
        return new CollectionListener() {
            @Override
            public void judged(Verdict verdict) {}

            @Override
            public void collected(long things, long bytes) {}

            @Override
            public boolean stillWanted() {
                return listener.stillWanted();
            }
        };
    }

    /** Everything that was acknowledged before is seen after. */
    private void awaitViews() throws IOException {
        try {
            views.projection().current().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading the log", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the views don't follow the log: " + e, e);
        }
    }
}

package org.cloister.repo.apt;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.cloister.repo.apt.VerbatimFiles.Upstream;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.turn.Turns;
import org.cloister.repo.view.DistributionHistory;
import org.cloister.repo.view.DistributionsView;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes what distributions are now, one after the other on one thread; changes that come while one is made are published
 * together. What is published is durable before anybody sees it. Thread-safe.
 */
public final class Publisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    /** After a failure, which is most often a full disk. */
    private static final long RETRY_SECONDS = 10;
    /** Between two looks for index files that nobody needs. */
    private static final long PRUNE_MINUTES = 60;
    /** Another process that makes a publication takes seconds; what both make is the same, so going on without the turn only costs time. */
    private static final Duration TURN_PATIENCE = Duration.ofSeconds(20);

    private final DistributionsView distributions;
    private final VerbatimFiles verbatim;
    private final SigningKey key;
    private final IndexFiles files;
    private final PublicationBuilder builder;
    private final PublicationStore store;
    private final InstantSource clock;
    private final Turns turns;
    private final Map<DistributionName, Published> published = new ConcurrentHashMap<>();
    private final Set<DistributionName> changed = ConcurrentHashMap.newKeySet();
    private final PastPublications past;
    private final Retention retention;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1,
            work -> {
                Thread made = new Thread(work, "apt-publisher");
                made.setDaemon(true);
                return made;
            },
            // What comes after the end is published by the next process.
            new ScheduledThreadPoolExecutor.DiscardPolicy());

    private Publisher(
            DistributionsView distributions,
            IndexEntries entries,
            VerbatimFiles verbatim,
            SigningKey key,
            IndexFiles files,
            Path directory,
            InstantSource clock,
            Turns turns) {
        this.turns = turns;
        this.distributions = distributions;
        this.verbatim = verbatim;
        this.key = key;
        this.files = files;
        this.builder = new PublicationBuilder(files, entries, verbatim, key);
        this.store = new PublicationStore(directory.resolve("published"), files, key);
        this.clock = clock;
        this.past = new PastPublications(store, builder);
        this.retention = new Retention(directory.resolve("published"), files, store);
    }

    /**
     * Publishes every distribution that the views have and each that changes from then on.
     *
     * @param directory of its own; holds the repository's key
     * @param name the repository's, for a key that is made now
     * @param views up to date
     * @param turns whichever process of several makes a publication first, the others take what it made
     */
    public static Publisher start(
            Path directory, String name, Views views, Upstream upstream, InstantSource clock, Turns turns)
            throws IOException {
        SigningKey key = SigningKey.open(directory, name, clock.instant());
        IndexFiles files = IndexFiles.open(directory.resolve("files"));
        VerbatimFiles verbatim =
                new VerbatimFiles(files, directory.resolve("arriving"), upstream, views.mirrors(), views.listings());
        Publisher publisher = new Publisher(
                views.distributions(),
                new IndexEntries(views.listings()),
                verbatim,
                key,
                files,
                directory,
                clock,
                turns);
        views.distributions().listen(publisher::changed);
        views.distributions().all().keySet().forEach(publisher::changed);
        Future<?> unused = publisher.thread.scheduleWithFixedDelay(
                publisher::prune, PRUNE_MINUTES, PRUNE_MINUTES, TimeUnit.MINUTES);
        return publisher;
    }

    /** What distributions have that are upstream's. */
    public VerbatimFiles verbatim() {
        return verbatim;
    }

    public SigningKey key() {
        return key;
    }

    public IndexFiles files() {
        return files;
    }

    /** What was published last; null before the first time. */
    public @Nullable Publication current(DistributionName name) {
        Published there = published.get(name);
        return there == null ? null : there.current();
    }

    /** Completes, on some thread, when what is published is the state of {@code position} or a later one. */
    public CompletionStage<Publication> reached(DistributionName name, Position position) {
        return published(name).reached(position);
    }

    /** A state as it was or would have been published. Blocks. */
    public Publication at(DistributionSnapshot snapshot) throws IOException {
        Publication current = current(snapshot.definition().name());
        return current != null && current.position().equals(snapshot.at().position()) ? current : past.find(snapshot);
    }

    private Published published(DistributionName name) {
        return published.computeIfAbsent(name, unknown -> new Published());
    }

    private void changed(DistributionName name) {
        again(name, 0);
    }

    private void publish(DistributionName name) {
        changed.remove(name);
        DistributionHistory history = distributions.find(name);
        DistributionSnapshot now = history == null ? null : history.now();
        if (now == null) {
            return;
        }
        Duration early = Duration.between(clock.instant(), now.date());
        if (early.toNanos() > 0) {
            again(name, early.toMillis() + 1);
            return;
        }
        try {
            Publication before = current(name);
            published(name).set(made(now));
            if (before != null && !before.position().equals(now.at().position())) {
                store.ended(before, clock.instant());
            }
        } catch (VerbatimFiles.NotHereException e) {
            LOG.warn(
                    "distribution {} can't be published at position {}: {}",
                    name,
                    now.at().position(),
                    e.getMessage());
            published(name).failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            LOG.error(
                    "distribution {} can't be published at position {}",
                    name,
                    now.at().position(),
                    e);
            published(name).failed(e);
            again(name, TimeUnit.SECONDS.toMillis(RETRY_SECONDS));
        }
    }

    private void again(DistributionName name, long milliseconds) {
        if (!thread.isShutdown() && changed.add(name)) {
            Future<?> unused = thread.schedule(() -> publish(name), milliseconds, TimeUnit.MILLISECONDS);
        }
    }

    private void prune() {
        try (Turns.Turn turn = turns.tryTake().orElse(null)) {
            if (turn == null) {
                return;
            }
            List<Publication> current = new ArrayList<>(past.kept());
            published.values().stream()
                    .map(Published::current)
                    .filter(Objects::nonNull)
                    .forEach(current::add);
            LOG.info("{} former index files are deleted", retention.prune(current, clock.instant()));
        } catch (IOException | RuntimeException e) {
            LOG.warn("former index files can't be deleted", e);
        }
    }

    private Publication made(DistributionSnapshot now) throws IOException, InterruptedException {
        Optional<Publication> before = store.load(now);
        if (before.isEmpty() && !now.definition().verbatim()) {
            Optional<Turns.Turn> turn = turns.take(TURN_PATIENCE);
            try {
                before = store.load(now);
                return before.isPresent() ? before.get() : build(now);
            } finally {
                turn.ifPresent(Turns.Turn::close);
            }
        }
        if (before.isPresent()) {
            thread.execute(() -> warm(now));
            return before.get();
        }
        return build(now);
    }

    private Publication build(DistributionSnapshot now) throws IOException {
        long begun = System.nanoTime();
        Publication publication = builder.build(now, true);
        if (!now.definition().verbatim()) {
            store.save(publication);
        }
        LOG.info(
                "distribution {} is published as of {} ({} ms)",
                publication.name(),
                publication.position(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
        return publication;
    }

    /** The first change after a start shall be as quick as the others. */
    private void warm(DistributionSnapshot now) {
        try {
            builder.warm(now);
        } catch (RuntimeException e) {
            LOG.warn("the indexes of {} can't be read ahead", now.definition().name(), e);
        }
    }

    /** Why the last attempt failed, or null. */
    public @Nullable String failure(DistributionName name) {
        Published there = published.get(name);
        return there == null ? null : there.failure();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        published.values().forEach(each -> each.end(new IllegalStateException("the repository stops")));
    }
}

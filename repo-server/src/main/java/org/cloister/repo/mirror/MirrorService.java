package org.cloister.repo.mirror;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.cloister.events.CorrelationId;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.events.Role;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CommandService;
import org.cloister.repo.command.Offer;
import org.cloister.repo.decide.MirrorState;
import org.cloister.repo.view.Views;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts synchronizations of the mirrors that the log defines, in the name of who asks. Thread-safe. */
public final class MirrorService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorService.class);
    /** A large package can be on its way; the next run goes on where this one stopped. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final MirrorSync sync;
    private final CommandService commands;
    private final Views views;
    private final Set<SyncLines> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "mirror-sync");
        thread.setDaemon(true);
        return thread;
    });

    public MirrorService(MirrorSync sync, CommandService commands, Views views) {
        this.sync = sync;
        this.commands = commands;
        this.views = views;
    }

    /**
     * Returns at once, and knows the mirrors that the views show: who asks waits for these first. The reader of the lines closes them; if it does so early, the synchronization ends.
     *
     * @param packages {@code NAME} or {@code NAME=VERSION}; none: the complete indexes are synchronized
     * @param recommends whether closures hold what packages recommend
     * @return null if no mirror of this name is defined
     */
    public @Nullable SyncLines start(
            MirrorName name, List<String> packages, boolean recommends, Caller caller, CorrelationId correlation) {
        if (SyncSource.family(name, sources()).isEmpty()) {
            return null;
        }
        SyncLines lines = new SyncLines();
        Publisher publisher = new CommandPublisher(commands, views.catalog(), caller, correlation);
        running.add(lines);
        threads.execute(() -> run(lines, () -> {
            List<SyncSource> family = SyncSource.family(name, sources());
            return packages.isEmpty()
                    ? sync.index(listed(family), publisher, lines)
                    : sync.run(family, packages, recommends, publisher, lines);
        }));
        return lines;
    }

    /**
     * Fetches what mirrors offer, in the name of who asked for it: mirrors' policies allow it, whatever else the asker may do.
     * As {@link #start} otherwise.
     *
     * @param requested what it was chosen for
     */
    public SyncLines fetch(List<Offer> offers, List<String> requested, Caller caller, CorrelationId correlation) {
        SyncLines lines = new SyncLines();
        Caller may = new Caller(caller.principal(), Set.of(Role.OPERATOR), null);
        Publisher publisher = new CommandPublisher(commands, views.catalog(), may, correlation);
        running.add(lines);
        threads.execute(() -> run(lines, () -> {
            List<ListedSource> sources = listed(sources().stream()
                    .filter(source -> offers.stream()
                            .anyMatch(offer ->
                                    offer.mirror().equals(source.definition().name())))
                    .toList());
            return sync.fetch(sources, offers, requested, publisher, lines);
        }));
        return lines;
    }

    /** The mirrors of a family with what they list. */
    private List<ListedSource> listed(List<SyncSource> family) {
        List<ListedSource> listed = new ArrayList<>();
        for (SyncSource source : family) {
            MirrorName name = source.definition().name();
            MirrorState state = views.mirrors().all().getOrDefault(name, MirrorState.EMPTY);
            boolean asDefined = state.indexedAt().isAfter(state.definedAt());
            listed.add(new ListedSource(
                    source, views.listings().now(name), views.listings().changed(name), asDefined));
        }
        return listed;
    }

    private List<SyncSource> sources() {
        List<SyncSource> sources = new ArrayList<>();
        for (MirrorState state : views.mirrors().all().values()) {
            MirrorDefined definition = state.definition();
            if (definition != null) {
                sources.add(new SyncSource(definition, Optional.ofNullable(state.lastDate())));
            }
        }
        return sources;
    }

    /** What is done on a thread of its own. */
    private interface Work {
        SyncResult run() throws IOException;
    }

    private void run(SyncLines lines, Work work) {
        try {
            awaitViews();
            SyncResult result = work.run();
            awaitViews();
            lines.end(result);
        } catch (IOException | RuntimeException e) {
            LOG.error("a synchronization broke off", e);
            lines.end(e);
        } finally {
            running.remove(lines);
        }
    }

    /** What the last synchronization recorded counts for the next one, and whoever reads the end finds the packages. */
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

    /** Ends what runs after the packages that are on their way; what was published stays. Waits for that, but not for ever. */
    @Override
    public void close() {
        running.forEach(SyncLines::cancel);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a synchronization didn't end within {}", PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

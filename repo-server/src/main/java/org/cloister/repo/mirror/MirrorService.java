package org.cloister.repo.mirror;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.repo.command.Caller;
import org.cloister.repo.command.CommandService;
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
     * @param packages {@code NAME} or {@code NAME=VERSION}
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
        threads.execute(() -> run(name, packages, recommends, publisher, lines));
        return lines;
    }

    private List<SyncSource> sources() {
        List<SyncSource> sources = new ArrayList<>();
        for (MirrorState state : views.mirrors().all().values()) {
            MirrorDefined definition = state.definition();
            MirrorSynchronized last = state.lastSync();
            if (definition != null) {
                Optional<Instant> lastDate = last == null ? Optional.empty() : Optional.of(last.date());
                sources.add(new SyncSource(definition, lastDate));
            }
        }
        return sources;
    }

    private void run(MirrorName name, List<String> packages, boolean recommends, Publisher publisher, SyncLines lines) {
        try {
            awaitViews();
            SyncResult result = sync.run(SyncSource.family(name, sources()), packages, recommends, publisher, lines);
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

package org.cloister.repo.mirror;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorName;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.upstream.Arrivals;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.UpstreamArchive;
import org.cloister.repo.upstream.UpstreamException;
import org.cloister.repo.upstream.UpstreamSettings;
import org.jspecify.annotations.Nullable;

/**
 * Brings package files from upstream archives into the pool. Whoever asks for one that is on its way waits for the same transfer.
 * A file is spooled, compared with its digest and made durable before anybody can read a byte of it. Thread-safe.
 */
public final class ArtifactFetches implements AutoCloseable {
    /** Files that wait for a connection; more is a flood. */
    private static final int MAX_WAITING = 4_096;

    private final Pool pool;
    private final Fetcher fetcher;
    private final Path partial;
    private final Function<MirrorName, @Nullable MirrorDefined> definitions;
    private final Map<Digest, CompletableFuture<Fetched>> running = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor connections;

    /**
     * @param partial where artifacts arrive, on the pool's file system; what is there from before is continued
     * @param definitions of mirrors, null for those that there aren't
     */
    public ArtifactFetches(
            Pool pool,
            UpstreamSettings settings,
            Path partial,
            Function<MirrorName, @Nullable MirrorDefined> definitions) {
        this.pool = pool;
        this.fetcher = new Fetcher(settings);
        this.partial = partial;
        this.definitions = definitions;
        this.connections = new ThreadPoolExecutor(
                settings.connections(),
                settings.connections(),
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(MAX_WAITING),
                work -> {
                    Thread thread = new Thread(work, "artifact-fetch");
                    thread.setDaemon(true);
                    return thread;
                });
        connections.allowCoreThreadTimeOut(true);
    }

    /**
     * The artifact of a package that a mirror lists or once listed; at once if it is in the pool. Completes exceptionally with an
     * {@link IOException} if this machine's disk failed; blocks for as long as the pool looks for it.
     */
    public CompletionStage<Fetched> fetch(MirrorName mirror, ListedPackage wanted) {
        Optional<Blob> here = pool.artifact(wanted.artifact());
        if (here.isPresent()) {
            return CompletableFuture.completedFuture(new Fetched.Stored(here.get()));
        }
        MirrorDefined definition = definitions.apply(mirror);
        if (definition == null) {
            return CompletableFuture.completedFuture(new Fetched.Failed(
                    "mirror-not-defined",
                    "no mirror " + mirror + " is defined, from which " + wanted.id() + " could be fetched",
                    "define it: cloister mirror add " + mirror));
        }
        try {
            URI address = UpstreamArchive.address(URI.create(definition.url()), wanted.filename());
            return fetch(
                    new UpstreamPackage(wanted.id(), mirror, address, wanted.artifact(), wanted.size()),
                    Arrivals.IGNORED);
        } catch (UpstreamException e) {
            return CompletableFuture.completedFuture(Fetched.Failed.of(e));
        }
    }

    Pool pool() {
        return pool;
    }

    /** @param arrivals told unless another asker's transfer is waited for */
    CompletableFuture<Fetched> fetch(UpstreamPackage wanted, Arrivals arrivals) {
        CompletableFuture<Fetched> mine = new CompletableFuture<>();
        CompletableFuture<Fetched> other = running.putIfAbsent(wanted.artifact(), mine);
        if (other != null) {
            return other.copy();
        }
        try {
            connections.execute(() -> run(wanted, arrivals, mine));
        } catch (RejectedExecutionException e) {
            running.remove(wanted.artifact(), mine);
            mine.complete(new Fetched.Failed(
                    "overloaded", MAX_WAITING + " files wait to be fetched from archives", "ask again later"));
        }
        return mine.copy();
    }

    private void run(UpstreamPackage wanted, Arrivals arrivals, CompletableFuture<Fetched> result) {
        Fetched fetched = null;
        Throwable failure = null;
        try {
            fetched = new Fetched.Stored(bring(wanted, arrivals));
        } catch (UpstreamException e) {
            fetched = Fetched.Failed.of(e);
        } catch (IOException | RuntimeException | Error e) {
            failure = e;
        }
        // Who asks from here on finds it in the pool, or tries anew.
        running.remove(wanted.artifact(), result);
        if (failure == null) {
            result.complete(fetched);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private Blob bring(UpstreamPackage wanted, Arrivals arrivals) throws IOException {
        Optional<Blob> here = pool.artifact(wanted.artifact());
        if (here.isPresent()) {
            arrivals.arrived(here.get().size());
            return here.get();
        }
        Files.createDirectories(partial);
        Path file = partial.resolve(wanted.artifact().hex());
        if (Files.exists(file)) {
            arrivals.arrived(Files.size(file));
        }
        fetcher.file(wanted.address(), file, wanted.artifact(), wanted.size(), arrivals);
        Blob blob = pool.putArtifact(wanted.artifact(), file);
        Files.delete(file);
        return blob;
    }

    /** Transfers that wait are given up; those on their way end with the process. */
    @Override
    public void close() {
        connections.shutdownNow();
        IOException closed = new IOException("the repository is being stopped");
        running.values().forEach(waiting -> waiting.completeExceptionally(closed));
    }
}

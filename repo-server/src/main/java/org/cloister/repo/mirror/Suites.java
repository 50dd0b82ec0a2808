package org.cloister.repo.mirror;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cloister.repo.upstream.Fetcher;

/** Opens the suites of a family at the same time: most often there is nothing else to wait for. */
final class Suites {
    /** A family has three suites as a rule. */
    private static final int THREADS = 4;

    private Suites() {}

    /** In the order of {@code family}. The first failure, once all have ended. */
    static List<UpstreamSuite> open(List<SyncSource> family, Fetcher fetcher, Path directory, Instant now)
            throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(Math.min(THREADS, family.size()), work -> {
            Thread thread = new Thread(work, "mirror-release");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<CompletableFuture<UpstreamSuite>> opening = family.stream()
                    .map(source -> CompletableFuture.supplyAsync(() -> open(source, fetcher, directory, now), threads))
                    .toList();
            CompletableFuture.allOf(opening.toArray(CompletableFuture[]::new))
                    .exceptionally(failure -> null)
                    .join();
            List<UpstreamSuite> suites = new ArrayList<>();
            for (CompletableFuture<UpstreamSuite> suite : opening) {
                suites.add(suite.join());
            }
            return suites;
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException failure) {
                throw failure.getCause();
            }
            throw e;
        } finally {
            threads.shutdown();
        }
    }

    private static UpstreamSuite open(SyncSource source, Fetcher fetcher, Path directory, Instant now) {
        try {
            return UpstreamSuite.open(source, fetcher, directory, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package org.cloister.repo.mirror;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.ImportResult.Imported;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.pool.Blob;
import org.cloister.repo.pool.LocalFile;
import org.cloister.repo.pool.PoolUse;
import org.jspecify.annotations.Nullable;

/**
 * Fetches on some threads, imports and publishes on others. The first failure ends it: what is on its way is finished, nothing
 * new begins. Used once.
 */
final class Pipeline implements AutoCloseable {
    /** Unpacking xz takes a processor each; more would only take memory. */
    private static final int IMPORTERS = 2;

    private final ArtifactFetches fetches;
    private final DebImporter importer;
    private final Publisher publisher;
    private final SyncListener listener;
    private final ExecutorService fetching;
    private final ExecutorService importing = daemons(IMPORTERS, "mirror-import");
    private final List<UpstreamPackage> published = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean ended;

    Pipeline(
            ArtifactFetches fetches,
            int connections,
            DebImporter importer,
            Publisher publisher,
            SyncListener listener) {
        this.fetches = fetches;
        this.importer = importer;
        this.publisher = publisher;
        this.listener = listener;
        this.fetching = daemons(connections, "mirror-fetch");
    }

    private static ExecutorService daemons(int count, String name) {
        return Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns when all are published. @return those, in the order of their publication */
    List<UpstreamPackage> run(List<UpstreamPackage> wanted) throws IOException {
        long total = wanted.stream().mapToLong(UpstreamPackage::size).sum();
        ProgressMeter fetched = new ProgressMeter(listener, "fetch", total, wanted.size());
        ProgressMeter imported = new ProgressMeter(listener, "import", total, wanted.size());
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (UpstreamPackage each : wanted) {
            all.add(CompletableFuture.supplyAsync(() -> fetch(each, fetched), fetching)
                    .thenAcceptAsync(blob -> store(each, blob, imported), importing)
                    .whenComplete((done, failure) -> ended |= failure != null));
        }
        await(all);
        return List.copyOf(published);
    }

    /** Awaits every one, so that nothing goes on behind the caller's back; then tells the first failure. */
    private static void await(List<CompletableFuture<Void>> all) throws IOException {
        Throwable first = null;
        for (CompletableFuture<Void> each : all) {
            try {
                each.join();
            } catch (CompletionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                first = first == null || first instanceof EndedException ? cause : first;
            }
        }
        rethrow(first);
    }

    private static void rethrow(@Nullable Throwable failure) throws IOException {
        if (failure instanceof UncheckedFailure unchecked) {
            throw unchecked.failure;
        }
        if (failure instanceof EndedException) {
            throw new SyncFailedException("ended", "nobody waits for it any more", "ask again; it goes on from here");
        }
        if (failure != null) {
            throw new IllegalStateException("a synchronization's thread failed", failure);
        }
    }

    /** Not begun, because another failed or nobody waits. */
    private static final class EndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static final class UncheckedFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final IOException failure;

        private UncheckedFailure(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private Blob fetch(UpstreamPackage each, ProgressMeter meter) {
        if (ended || !listener.stillWanted()) {
            throw new EndedException();
        }
        try {
            Fetched fetched = fetches.fetch(each, meter).join();
            if (fetched instanceof Fetched.Stored stored) {
                meter.packageDone();
                return stored.blob();
            }
            Fetched.Failed failed = (Fetched.Failed) fetched;
            throw new UncheckedFailure(new SyncFailedException(failed.rule(), failed.detail(), failed.remedy()));
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw new UncheckedFailure(failure);
            }
            throw e;
        }
    }

    private void store(UpstreamPackage each, Blob blob, ProgressMeter meter) {
        if (ended) {
            throw new EndedException();
        }
        try (PoolUse use = fetches.pool().use();
                LocalFile file = fetches.pool().local(blob)) {
            ImportResult result = importer.importFile(file.path(), Optional.of(each.artifact()), use);
            if (!(result instanceof Imported imported)) {
                ImportResult.Refused refused = (ImportResult.Refused) result;
                throw new SyncFailedException(
                        "refused-package",
                        each.id() + " is refused (" + refused.rule() + "): " + refused.detail(),
                        "tell the mirror's operator");
            }
            publish(each, imported);
            meter.arrived(each.size());
            meter.packageDone();
        } catch (IOException e) {
            throw new UncheckedFailure(e);
        }
    }

    private void publish(UpstreamPackage each, Imported imported) throws IOException {
        if (!imported.id().equals(each.id())) {
            throw new SyncFailedException(
                    "refused-package",
                    "the file of " + each.id() + " says that it is " + imported.id(),
                    "tell the mirror's operator");
        }
        Publisher.Answer answer = Answers.await(publisher.publish(imported, each.mirror()));
        if (answer instanceof Publisher.Answer.Refused refused) {
            throw new SyncFailedException(
                    "not-published", each.id() + " can't be published: " + refused.detail(), "see the detail");
        }
        published.add(each);
    }

    @Override
    public void close() {
        fetching.shutdownNow();
        importing.shutdown();
    }
}

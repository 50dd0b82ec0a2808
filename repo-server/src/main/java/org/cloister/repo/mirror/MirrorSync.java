package org.cloister.repo.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.UpstreamException;
import org.cloister.repo.upstream.UpstreamSettings;

/**
 * Brings packages with their closures from upstream archives into the repository. Idempotent: what is published is not fetched
 * again, what arrived of an interrupted run is used. One synchronization at a time; others wait. Blocks; thread-safe.
 */
public final class MirrorSync {
    /** Parts of artifacts that nobody asked for again. */
    private static final Duration KEEP_PARTIAL = Duration.ofDays(7);

    private final DebImporter importer;
    private final UpstreamSettings settings;
    private final Path directory;
    private final InstantSource clock;
    private final ReentrantLock one = new ReentrantLock();
    private final Universe universe = new Universe();

    /**
     * @param directory for indexes and what is arriving; on the pool's file system, so that artifacts are linked and not
     *     copied
     */
    public MirrorSync(DebImporter importer, UpstreamSettings settings, Path directory, InstantSource clock) {
        this.importer = importer;
        this.settings = settings;
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * @param family see {@link SyncSource#family}; the first one is the mirror that was asked, not empty
     * @param requested {@code NAME} or {@code NAME=VERSION}
     * @param recommends whether closures hold what packages recommend
     * @throws IOException if this machine's disk or the log failed; not for what an archive does wrong
     */
    public SyncResult run(
            List<SyncSource> family,
            List<String> requested,
            boolean recommends,
            Publisher publisher,
            SyncListener listener)
            throws IOException {
        if (!one.tryLock() && !awaitTurn(listener)) {
            return new SyncResult.Failed("ended", "nobody waits for it any more", "ask again");
        }
        try {
            return synchronize(family, requested, recommends, publisher, listener);
        } catch (SyncFailedException e) {
            return failed(family, requested, publisher, e.result());
        } catch (UpstreamException e) {
            String rule = e.problem().name().toLowerCase(Locale.ROOT).replace('_', '-');
            String remedy = "check the mirror's definition and its archive, then ask again; it goes on from here";
            return failed(
                    family, requested, publisher, new SyncResult.Failed(rule, String.valueOf(e.getMessage()), remedy));
        } finally {
            one.unlock();
        }
    }

    /** False if nobody waits any more. */
    private boolean awaitTurn(SyncListener listener) throws IOException {
        listener.progress(SyncProgress.message("index", "waiting for another synchronization to end"));
        try {
            while (listener.stillWanted()) {
                if (one.tryLock(1, TimeUnit.SECONDS)) {
                    return true;
                }
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another synchronization", e);
        }
    }

    private SyncResult synchronize(
            List<SyncSource> family,
            List<String> requested,
            boolean recommends,
            Publisher publisher,
            SyncListener listener)
            throws IOException {
        deleteOldParts();
        Fetcher fetcher = new Fetcher(settings);
        List<UpstreamSuite> suites = open(family, fetcher, listener);
        PackageIndex index = universe.of(suites, new ProgressMeter(listener, "index", 0, 0));
        listener.progress(SyncProgress.message("resolve", "closures among " + index.size() + " packages"));
        ClosurePlan plan = ClosurePlan.of(
                requested, recommends, index, family.get(0).definition().architectures());
        List<UpstreamPackage> missing = missing(plan, publisher, listener);
        try (Pipeline pipeline = new Pipeline(
                fetcher, settings.connections(), importer, publisher, directory.resolve("partial"), listener)) {
            List<UpstreamPackage> published = pipeline.run(missing);
            return record(suites, requested, plan, published, publisher);
        }
    }

    private List<UpstreamSuite> open(List<SyncSource> family, Fetcher fetcher, SyncListener listener)
            throws IOException {
        List<UpstreamSuite> suites = new ArrayList<>();
        for (SyncSource source : family) {
            MirrorDefined definition = source.definition();
            listener.progress(SyncProgress.message("index", definition.suite() + " of " + definition.url()));
            suites.add(UpstreamSuite.open(source, fetcher, directory.resolve("indexes"), clock.instant()));
        }
        return suites;
    }

    /** A version that was published before stays as it is, even if the archive has other content for it. */
    private static List<UpstreamPackage> missing(ClosurePlan plan, Publisher publisher, SyncListener listener) {
        List<UpstreamPackage> missing = new ArrayList<>();
        for (UpstreamPackage each : plan.packages()) {
            var before = publisher.published(each.id());
            if (before == null) {
                missing.add(each);
            } else if (!before.equals(each.artifact())) {
                listener.progress(SyncProgress.message(
                        "resolve", each.id() + " is published with other content than the archive's; it stays"));
            }
        }
        return missing;
    }

    private static SyncResult record(
            List<UpstreamSuite> suites,
            List<String> requested,
            ClosurePlan plan,
            List<UpstreamPackage> published,
            Publisher publisher)
            throws IOException {
        long position = 0;
        for (UpstreamSuite suite : suites) {
            List<PackageId> ofSuite = published.stream()
                    .filter(each -> each.mirror().equals(suite.name()))
                    .map(UpstreamPackage::id)
                    .toList();
            MirrorSynchronized event = new MirrorSynchronized(
                    suite.name(),
                    suite.verified().inRelease(),
                    suite.verified().release().date(),
                    requested,
                    ofSuite);
            if (Answers.await(publisher.synchronizedWell(event)) instanceof Publisher.Answer.Recorded recorded) {
                position = Math.max(position, recorded.position());
            }
        }
        return new SyncResult.Synchronized(
                published.stream().map(UpstreamPackage::id).toList(),
                plan.packages().size(),
                position);
    }

    private static SyncResult failed(
            List<SyncSource> family, List<String> requested, Publisher publisher, SyncResult.Failed result)
            throws IOException {
        Answers.await(
                publisher.failed(new MirrorSyncFailed(family.get(0).definition().name(), requested, result.detail())));
        return result;
    }

    private void deleteOldParts() throws IOException {
        for (String name : List.of("partial", "indexes")) {
            Path kept = Files.createDirectories(directory.resolve(name));
            try (Stream<Path> files = Files.list(kept)) {
                for (Path file : files.toList()) {
                    if (Files.getLastModifiedTime(file)
                            .toInstant()
                            .isBefore(clock.instant().minus(KEEP_PARTIAL))) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        }
    }
}

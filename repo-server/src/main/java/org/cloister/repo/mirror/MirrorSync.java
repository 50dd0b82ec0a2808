package org.cloister.repo.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.command.Offer;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.turn.Turns;
import org.cloister.repo.upstream.Evidence;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.IndexFile;
import org.cloister.repo.upstream.UpstreamException;
import org.cloister.repo.upstream.UpstreamSettings;

/**
 * Brings packages with their closures from upstream archives into the repository. Idempotent: what is published is not fetched
 * again, what arrived of an interrupted run is used. One synchronization at a time; others wait. Blocks; thread-safe.
 */
public final class MirrorSync {
    /** Parts of artifacts that nobody asked for again. */
    private static final Duration KEEP_PARTIAL = Duration.ofDays(7);

    /** Between two looks whether anybody still waits. */
    private static final Duration TURN_LOOK = Duration.ofSeconds(1);

    private final DebImporter importer;
    private final ArtifactFetches fetches;
    private final UpstreamSettings settings;
    private final Path directory;
    private final InstantSource clock;
    private final Evidence evidence;
    private final Turns turns;
    private final ReentrantLock one = new ReentrantLock();
    private final Universe universe = new Universe();

    /** @param directory for what is kept of archives, and {@link #arriving} */
    public MirrorSync(
            DebImporter importer,
            ArtifactFetches fetches,
            UpstreamSettings settings,
            Path directory,
            InstantSource clock) {
        this(importer, fetches, settings, directory, clock, Evidence.NONE, Turns.ALONE);
    }

    /**
     * @param evidence keeps what the archives signed of each state that is synchronized
     * @param turns of all processes that share the directory
     */
    public MirrorSync(
            DebImporter importer,
            ArtifactFetches fetches,
            UpstreamSettings settings,
            Path directory,
            InstantSource clock,
            Evidence evidence,
            Turns turns) {
        this.turns = turns;
        this.importer = importer;
        this.fetches = fetches;
        this.settings = settings;
        this.directory = directory;
        this.clock = clock;
        this.evidence = evidence;
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
        return alone(
                family,
                requested,
                publisher,
                listener,
                () -> synchronize(family, requested, recommends, publisher, listener));
    }

    /**
     * Reads the complete indexes and records what changed, of all mirrors of the family or of none; then fetches what their
     * policies say.
     *
     * @param family see {@link SyncSource#family}
     * @throws IOException if this machine's disk or the log failed; not for what an archive does wrong
     */
    public SyncResult index(List<ListedSource> family, Publisher publisher, SyncListener listener) throws IOException {
        List<SyncSource> sources = family.stream().map(ListedSource::source).toList();
        return alone(sources, List.of(), publisher, listener, () -> {
            deleteOldParts();
            IndexSync indexes = new IndexSync(
                    new Fetcher(settings), fetches.pool(), directory, clock.instant(), publisher, listener);
            IndexSync.Found found = indexes.run(family);
            show(found.suites());
            List<UpstreamPackage> missing = found.wanted(publisher);
            List<UpstreamPackage> published = fetch(missing, publisher, listener);
            long position =
                    published.isEmpty() ? found.position() : record(found.suites(), List.of(), published, publisher);
            return found.result(published.stream().map(UpstreamPackage::id).toList(), position);
        });
    }

    /**
     * Fetches, imports and publishes what mirrors offer, beside a synchronization that may run.
     *
     * @param sources the mirrors of the offers
     * @param requested what they were chosen for
     * @throws IOException if this machine's disk or the log failed; not for what an archive does wrong
     */
    public SyncResult fetch(
            List<ListedSource> sources,
            List<Offer> offers,
            List<String> requested,
            Publisher publisher,
            SyncListener listener)
            throws IOException {
        Map<MirrorName, MirrorDefined> definitions = new HashMap<>();
        sources.forEach(each ->
                definitions.put(each.source().definition().name(), each.source().definition()));
        try {
            List<UpstreamPackage> missing = new ArrayList<>();
            for (Offer offer : offers) {
                MirrorDefined definition = definitions.get(offer.mirror());
                if (definition != null && publisher.published(offer.listed().id()) == null) {
                    missing.add(IndexSync.packageOf(definition, offer.listed()));
                }
            }
            List<UpstreamPackage> published = fetch(missing, publisher, listener);
            return new SyncResult.Synchronized(
                    published.stream().map(UpstreamPackage::id).toList(),
                    offers.size(),
                    recordFetched(sources, requested, published, publisher));
        } catch (SyncFailedException e) {
            return e.result();
        } catch (UpstreamException e) {
            return Fetched.Failed.of(e).result();
        }
    }

    private static long recordFetched(
            List<ListedSource> sources, List<String> requested, List<UpstreamPackage> published, Publisher publisher)
            throws IOException {
        long position = 0;
        for (ListedSource source : sources) {
            MirrorName name = source.source().definition().name();
            MirrorIndexed indexed = source.listing().indexed();
            List<PackageId> ids = published.stream()
                    .filter(each -> each.mirror().equals(name))
                    .map(UpstreamPackage::id)
                    .toList();
            if (!ids.isEmpty() && indexed != null) {
                position = Math.max(
                        position,
                        position(Answers.await(publisher.synchronizedWell(
                                new MirrorSynchronized(name, indexed.inRelease(), indexed.date(), requested, ids)))));
            }
        }
        return position;
    }

    private static long position(Publisher.Answer answer) {
        return answer instanceof Publisher.Answer.Recorded recorded ? recorded.position() : 0;
    }

    /** What is done while no other synchronization is. */
    private interface Work {
        SyncResult run() throws IOException;
    }

    private SyncResult alone(
            List<SyncSource> family, List<String> requested, Publisher publisher, SyncListener listener, Work work)
            throws IOException {
        if (!one.tryLock() && !awaitTurn(listener)) {
            return new SyncResult.Failed("ended", "nobody waits for it any more", "ask again");
        }
        try (Turns.Turn turn = amongProcesses(listener).orElse(null)) {
            return turn == null
                    ? new SyncResult.Failed("ended", "nobody waits for it any more", "ask again")
                    : work.run();
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

    /** Empty if nobody waits any more. */
    private Optional<Turns.Turn> amongProcesses(SyncListener listener) throws IOException {
        try {
            Optional<Turns.Turn> turn = turns.tryTake();
            if (turn.isEmpty()) {
                listener.progress(
                        SyncProgress.message("index", "waiting for a synchronization by another process to end"));
            }
            while (turn.isEmpty() && listener.stillWanted()) {
                turn = turns.take(TURN_LOOK);
            }
            return turn;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for another process", e);
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
        listener.progress(SyncProgress.message("index", SyncSource.words(family)));
        List<UpstreamSuite> suites = Suites.open(family, fetcher, directory, clock.instant());
        PackageIndex index = universe.of(suites, new ProgressMeter(listener, "index", 0, 0));
        listener.progress(SyncProgress.message("resolve", "closures among " + index.size() + " packages"));
        ClosurePlan plan = ClosurePlan.of(
                requested, recommends, index, family.get(0).definition().architectures());
        List<UpstreamPackage> published = fetch(missing(plan, publisher, listener), publisher, listener);
        show(suites);
        return new SyncResult.Synchronized(
                published.stream().map(UpstreamPackage::id).toList(),
                plan.packages().size(),
                record(suites, requested, published, publisher));
    }

    private List<UpstreamPackage> fetch(List<UpstreamPackage> missing, Publisher publisher, SyncListener listener)
            throws IOException {
        try (Pipeline pipeline = new Pipeline(fetches, settings.connections(), importer, publisher, listener)) {
            return pipeline.run(missing);
        }
    }

    private void show(List<UpstreamSuite> suites) throws IOException {
        for (UpstreamSuite suite : suites) {
            List<IndexFile> indexes =
                    suite.indexes().stream().map(SuiteIndex::file).distinct().toList();
            suite.archive().show(suite.verified(), indexes, evidence);
        }
    }

    /** A version that was published before stays as it is, even if the archive has other content for it. One that was collected comes back. */
    private List<UpstreamPackage> missing(ClosurePlan plan, Publisher publisher, SyncListener listener) {
        List<UpstreamPackage> missing = new ArrayList<>();
        for (UpstreamPackage each : plan.packages()) {
            var before = publisher.published(each.id());
            if (before == null
                    || (before.equals(each.artifact())
                            && fetches.pool().artifact(before).isEmpty())) {
                missing.add(each);
            } else if (!before.equals(each.artifact())) {
                listener.progress(SyncProgress.message(
                        "resolve", each.id() + " is published with other content than the archive's; it stays"));
            }
        }
        return missing;
    }

    /** @return the position of the log after it */
    private long record(
            List<UpstreamSuite> suites, List<String> requested, List<UpstreamPackage> published, Publisher publisher)
            throws IOException {
        long position = 0;
        for (UpstreamSuite suite : suites) {
            suite.keepRelease(fetches.pool());
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
            position = Math.max(position, position(Answers.await(publisher.synchronizedWell(event))));
        }
        return position;
    }

    private static SyncResult failed(
            List<SyncSource> family, List<String> requested, Publisher publisher, SyncResult.Failed result)
            throws IOException {
        Answers.await(
                publisher.failed(new MirrorSyncFailed(family.get(0).definition().name(), requested, result.detail())));
        return result;
    }

    /** Where below a mirrors' directory artifacts arrive. */
    public static Path arriving(Path directory) {
        return directory.resolve("partial");
    }

    private void deleteOldParts() throws IOException {
        for (Path kept : List.of(arriving(directory), directory.resolve("indexes"))) {
            try (Stream<Path> files = Files.walk(Files.createDirectories(kept))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
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

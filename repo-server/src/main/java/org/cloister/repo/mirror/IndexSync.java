package org.cloister.repo.mirror;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.cloister.events.ArtifactPolicy;
import org.cloister.events.MirrorEvent;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.deb.PackageId;
import org.cloister.repo.decide.MirrorDifference;
import org.cloister.repo.listing.ListedPackage;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.listing.ListingDifference;
import org.cloister.repo.pool.Pool;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.UpstreamArchive;

/** Compares what archives list with what their mirrors listed, and records the difference. Used once, by one thread. */
final class IndexSync {
    private final Fetcher fetcher;
    private final Pool pool;
    private final Path directory;
    private final Instant now;
    private final Publisher publisher;
    private final SyncListener listener;

    IndexSync(Fetcher fetcher, Pool pool, Path directory, Instant now, Publisher publisher, SyncListener listener) {
        this.fetcher = fetcher;
        this.pool = pool;
        this.directory = directory;
        this.now = now;
        this.publisher = publisher;
        this.listener = listener;
    }

    /**
     * What was found and recorded.
     *
     * @param listings the present ones, in the order of the suites
     * @param position of the log after it; 0 if nothing had to be recorded
     */
    record Found(List<UpstreamSuite> suites, List<Listing> listings, List<MirrorIndexed> ends, long position) {
        /** What the mirrors' policies say and isn't published. */
        List<UpstreamPackage> wanted(Publisher publisher) throws IOException {
            List<UpstreamPackage> wanted = new ArrayList<>();
            Set<PackageId> ids = new HashSet<>();
            for (int i = 0; i < suites.size(); i++) {
                MirrorDefined definition = suites.get(i).definition();
                if (definition.artifacts() == ArtifactPolicy.EVERYTHING) {
                    for (String component : listings.get(i).components()) {
                        for (ListedPackage each : listings.get(i).packages(component)) {
                            if (publisher.published(each.id()) == null && ids.add(each.id())) {
                                wanted.add(packageOf(definition, each));
                            }
                        }
                    }
                }
            }
            return wanted;
        }

        SyncResult result(List<PackageId> published, long end) {
            return new SyncResult.Indexed(
                    ends.stream().mapToInt(MirrorIndexed::listed).sum(),
                    ends.stream().mapToInt(MirrorIndexed::withdrawn).sum(),
                    listings.stream().mapToInt(Listing::size).sum(),
                    published,
                    end);
        }
    }

    /** Where a mirror's archive has the artifact of a package that it lists. */
    static UpstreamPackage packageOf(MirrorDefined definition, ListedPackage listed) throws IOException {
        URI address = UpstreamArchive.address(URI.create(definition.url()), listed.filename());
        return new UpstreamPackage(listed.id(), definition.name(), address, listed.artifact(), listed.size());
    }

    Found run(List<ListedSource> family) throws IOException {
        List<SyncSource> sources = family.stream().map(ListedSource::source).toList();
        listener.progress(SyncProgress.message("index", SyncSource.words(sources)));
        List<UpstreamSuite> suites = Suites.open(sources, fetcher, directory, now);
        List<Listing> listings = new ArrayList<>();
        List<MirrorDifference> differences = new ArrayList<>();
        List<MirrorIndexed> ends = new ArrayList<>();
        ProgressMeter meter = new ProgressMeter(listener, "index", 0, 0);
        for (int i = 0; i < suites.size(); i++) {
            UpstreamSuite suite = suites.get(i);
            ListedSource each = family.get(i);
            if (each.isCurrent(suite.verified().inRelease())) {
                listings.add(each.listing());
                continue;
            }
            List<MirrorEvent> events = compare(suite, each, meter);
            suite.keepRelease(pool);
            differences.add(new MirrorDifference(suite.definition(), each.indexedAt(), events));
            ends.add((MirrorIndexed) events.get(events.size() - 1));
            listings.add(each.listing().after(events));
        }
        return new Found(suites, listings, ends, differences.isEmpty() ? 0 : record(differences));
    }

    private List<MirrorEvent> compare(UpstreamSuite suite, ListedSource before, ProgressMeter meter)
            throws IOException {
        ListingDifference difference = new ListingDifference(suite.name(), before.listing());
        suite.compare(difference, meter);
        if (!listener.stillWanted()) {
            throw new SyncFailedException("ended", "nobody waits for it any more", "ask again; it goes on from here");
        }
        return difference.end(
                suite.verified().inRelease(), suite.verified().release().date());
    }

    private long record(List<MirrorDifference> differences) throws IOException {
        listener.progress(SyncProgress.message("record", "what changed"));
        Publisher.Answer answer = Answers.await(publisher.indexed(differences));
        if (answer instanceof Publisher.Answer.Refused refused) {
            throw new SyncFailedException("racing-writers", refused.detail(), "synchronize it again");
        }
        return ((Publisher.Answer.Recorded) answer).position();
    }
}

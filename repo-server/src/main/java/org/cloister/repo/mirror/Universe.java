package org.cloister.repo.mirror;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.repo.resolve.Candidate;
import org.cloister.repo.resolve.PackageIndex;
import org.cloister.repo.upstream.Arrivals;
import org.cloister.repo.upstream.IndexFile;
import org.jspecify.annotations.Nullable;

/**
 * All packages of the suites that were synchronized last, kept while memory allows: reading a suite of Debian takes seconds,
 * and most synchronizations find it as the one before did. Used by one thread at a time.
 */
final class Universe {
    private List<Part> parts = List.of();
    private SoftReference<@Nullable PackageIndex> index = new SoftReference<>(null);

    /** What the content of an index follows from. */
    private record Part(MirrorDefined definition, IndexFile index) {}

    PackageIndex of(List<UpstreamSuite> suites, Arrivals arrivals) throws IOException {
        List<Part> wanted = new ArrayList<>();
        for (UpstreamSuite suite : suites) {
            suite.indexes().forEach(each -> wanted.add(new Part(suite.definition(), each.file())));
        }
        PackageIndex known = index.get();
        if (known != null && wanted.equals(parts)) {
            return known;
        }
        index.clear();
        List<Candidate> candidates = new ArrayList<>();
        for (UpstreamSuite suite : suites) {
            suite.read(candidates, arrivals);
        }
        PackageIndex read = PackageIndex.of(candidates);
        index = new SoftReference<>(read);
        parts = wanted;
        return read;
    }
}

package org.cloister.repo.apt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.cloister.events.DistributionEvent.DistributionDefined;
import org.cloister.events.DistributionName;
import org.cloister.events.deb.Architecture;
import org.cloister.repo.decide.DistributionSnapshot;

/**
 * Makes publications of states. The same state gives the same bytes at any time, as long as the key and the compressors are the
 * same. Thread-safe, blocks.
 */
final class PublicationBuilder {
    private final IndexFiles files;
    private final IndexEntries entries;
    private final VerbatimFiles verbatim;
    private final SigningKey key;
    /** The last index of each kind: what its chunks hold isn't compressed again. */
    private final Map<IndexName, PackagesIndex> last = new ConcurrentHashMap<>();

    private record IndexName(DistributionName distribution, String component, Architecture architecture) {}

    PublicationBuilder(IndexFiles files, IndexEntries entries, VerbatimFiles verbatim, SigningKey key) {
        this.files = files;
        this.entries = entries;
        this.verbatim = verbatim;
        this.key = key;
    }

    /** Durable on return. @param current whether later states are likely to resemble this one */
    Publication build(DistributionSnapshot snapshot, boolean current) throws IOException {
        DistributionDefined definition = snapshot.definition();
        if (definition.verbatim()) {
            return verbatim.publication(snapshot);
        }
        SortedMap<String, Publication.File> listed = new TreeMap<>();
        for (String component : definition.components()) {
            for (Architecture architecture : definition.architectures()) {
                add(snapshot, component, architecture, current, listed);
            }
        }
        String release = ReleaseText.of(snapshot, listed);
        byte[] bytes = release.getBytes(StandardCharsets.UTF_8);
        return new Publication(
                definition.name(),
                snapshot.at().position(),
                snapshot.at().at(),
                snapshot.date(),
                listed,
                bytes,
                key.clearSigned(release, snapshot.date()),
                key.detached(bytes, snapshot.date()));
    }

    private void add(
            DistributionSnapshot snapshot,
            String component,
            Architecture architecture,
            boolean current,
            SortedMap<String, Publication.File> listed)
            throws IOException {
        DistributionDefined definition = snapshot.definition();
        PackagesIndex index = index(snapshot, component, architecture, current);
        String directory = component + "/binary-" + architecture + "/";
        String about = ReleaseText.ofIndex(definition, component, architecture);
        listed.put(directory + "Release", Publication.file(files.put(about.getBytes(StandardCharsets.UTF_8))));
        listed.put(directory + "Packages", index.text());
        listed.put(directory + "Packages.gz", Publication.file(files.put(index.gzip())));
        listed.put(directory + "Packages.zst", Publication.file(files.put(index.zstd())));
    }

    private PackagesIndex index(
            DistributionSnapshot snapshot, String component, Architecture architecture, boolean current) {
        IndexName name = new IndexName(snapshot.definition().name(), component, architecture);
        PackagesIndex index = PackagesIndex.of(entries.of(snapshot, component, architecture), last.get(name));
        if (current) {
            last.put(name, index);
        }
        return index;
    }

    /** Has ready what a state that resembles this one needs. */
    void warm(DistributionSnapshot snapshot) {
        DistributionDefined definition = snapshot.definition();
        if (!definition.verbatim()) {
            for (String component : definition.components()) {
                for (Architecture architecture : definition.architectures()) {
                    index(snapshot, component, architecture, true);
                }
            }
        }
    }
}

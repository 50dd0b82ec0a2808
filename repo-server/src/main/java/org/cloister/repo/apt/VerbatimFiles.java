package org.cloister.repo.apt;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.repo.decide.DistributionSnapshot;
import org.cloister.repo.upstream.ArchiveKeys;
import org.cloister.repo.upstream.Arrivals;
import org.cloister.repo.upstream.Fetcher;
import org.cloister.repo.upstream.InReleaseVerifier;
import org.cloister.repo.upstream.Release;
import org.cloister.repo.upstream.UpstreamArchive;
import org.cloister.repo.upstream.UpstreamException;
import org.cloister.repo.upstream.UpstreamSettings;
import org.cloister.repo.view.ListingsView;
import org.cloister.repo.view.MirrorsView;
import org.jspecify.annotations.Nullable;

/**
 * Distributions that are one mirror as upstream signed it: its InRelease byte for byte, and every file that this names, fetched when
 * it is first asked for and compared with its digest before anybody reads it. Thread-safe, blocks.
 */
public final class VerbatimFiles {
    private final IndexFiles files;
    private final Path arriving;
    private final Upstream upstream;
    private final MirrorsView mirrors;
    private final ListingsView listings;
    private final Fetcher fetcher;
    /** Who asks for a file that is on its way waits for it; two files seldom share a lock. */
    private final List<Object> locks = Stream.generate(Object::new).limit(64).toList();

    /**
     * How archives are reached.
     *
     * @param directory where synchronizations keep what they believed
     * @param process names this process among those that share the directories; each has its own files that are arriving. Empty: it is alone
     */
    public record Upstream(UpstreamSettings settings, Path directory, String process) {}

    VerbatimFiles(IndexFiles files, Path arriving, Upstream upstream, MirrorsView mirrors, ListingsView listings) {
        this.files = files;
        this.arriving = arriving;
        this.upstream = upstream;
        this.mirrors = mirrors;
        this.listings = listings;
        this.fetcher = new Fetcher(upstream.settings());
    }

    /**
     * The state's publication.
     *
     * @throws NotHereException if its mirror was never indexed, or its InRelease was replaced before it was published here
     */
    Publication publication(DistributionSnapshot snapshot) throws IOException {
        MirrorName mirror = mirror(snapshot);
        Position position = snapshot.contents().mirrors().get(mirror);
        MirrorIndexed indexed =
                position == null ? null : listings.at(mirror, position).indexed();
        if (indexed == null) {
            throw new NotHereException(
                    "the indexes of mirror " + mirror + " were never listed: cloister mirror sync " + mirror);
        }
        MirrorDefined definition = definition(mirror);
        byte[] inRelease = inRelease(definition, indexed.inRelease());
        Release release =
                Release.parse(new InReleaseVerifier(ArchiveKeys.parse(definition.signedBy())).verify(inRelease));
        SortedMap<String, Publication.File> listed = new TreeMap<>();
        release.files().forEach((path, file) -> listed.put(path, new Publication.File(file.digest(), file.size())));
        return new Publication(
                snapshot.definition().name(),
                snapshot.at().position(),
                snapshot.at().at(),
                snapshot.date(),
                listed,
                new byte[0],
                inRelease,
                new byte[0]);
    }

    /** What is published was kept at some time; what was believed last may be it. */
    private byte[] inRelease(MirrorDefined definition, Digest digest) throws IOException {
        Optional<IndexFiles.Stored> stored = files.find(digest);
        if (stored.isPresent()) {
            return Files.readAllBytes(stored.get().path());
        }
        byte[] kept = UpstreamArchive.believed(URI.create(definition.url()), definition.suite(), upstream.directory())
                .filter(bytes -> Digest.of(bytes).equals(digest))
                .orElseThrow(() -> new NotHereException("the InRelease " + digest + " of mirror " + definition.name()
                        + " isn't kept: cloister mirror sync " + definition.name()));
        files.put(kept);
        return kept;
    }

    /**
     * A file that the publication names.
     *
     * @throws UpstreamException if upstream hasn't got it, or something else
     */
    public IndexFiles.Stored bring(DistributionSnapshot snapshot, String path, Publication.File file)
            throws IOException {
        synchronized (locks.get(Math.floorMod(file.digest().hashCode(), locks.size()))) {
            Optional<IndexFiles.Stored> stored = files.find(file.digest());
            return stored.isPresent() ? stored.get() : fetched(definition(mirror(snapshot)), path, file);
        }
    }

    private IndexFiles.Stored fetched(MirrorDefined definition, String path, Publication.File file) throws IOException {
        Path arrived = Files.createDirectories(arriving.resolve(upstream.process()))
                .resolve(file.digest().hex());
        String dists = "dists/" + definition.suite() + "/";
        String byHash = path.substring(0, path.lastIndexOf('/') + 1) + "by-hash/SHA256/"
                + file.digest().hex();
        try {
            fetch(definition, dists + byHash, arrived, file);
        } catch (UpstreamException e) {
            if (e.problem() != UpstreamException.Problem.NOT_FOUND) {
                throw e;
            }
            fetch(definition, dists + path, arrived, file);
        }
        return files.adopt(file.digest(), arrived);
    }

    private void fetch(MirrorDefined definition, String path, Path to, Publication.File file) throws IOException {
        URI address = UpstreamArchive.address(URI.create(definition.url()), path);
        fetcher.file(address, to, file.digest(), file.size(), Arrivals.IGNORED);
    }

    /** The package whose file upstream has there. */
    public Optional<ListedArtifacts.Source> artifact(DistributionSnapshot snapshot, String filename) {
        MirrorName mirror = mirror(snapshot);
        Position position = snapshot.contents().mirrors().get(mirror);
        return position == null
                ? Optional.empty()
                : Optional.ofNullable(listings.at(mirror, position).at(filename))
                        .map(listed -> new ListedArtifacts.Source(mirror, listed));
    }

    private static MirrorName mirror(DistributionSnapshot snapshot) {
        return snapshot.definition().mirrors().get(0);
    }

    private MirrorDefined definition(MirrorName mirror) throws NotHereException {
        @Nullable MirrorDefined definition = mirrors.definition(mirror);
        if (definition == null) {
            throw new NotHereException("no mirror is named " + mirror);
        }
        return definition;
    }

    /** Nothing is wrong with this machine; trying again changes nothing before the mirror is synchronized. */
    static final class NotHereException extends IOException {
        private static final long serialVersionUID = 1;

        NotHereException(String message) {
            super(message);
        }
    }
}

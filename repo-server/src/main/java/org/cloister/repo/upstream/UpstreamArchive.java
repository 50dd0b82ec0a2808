package org.cloister.repo.upstream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
import org.cloister.repo.upstream.Release.FileEntry;
import org.cloister.repo.upstream.UpstreamException.Problem;
import org.tukaani.xz.XZInputStream;

/**
 * One suite of one archive. Indexes are kept in {@code cache} by digest: an unchanged suite costs one request for InRelease.
 * Thread-safe; blocks.
 */
public final class UpstreamArchive {
    /** Packages of a whole suite have 50 MB; beyond this an index isn't one. */
    private static final long MAX_INDEX_BYTES = 1L << 30;

    private static final List<String> SUFFIXES = List.of(".xz", ".zst", ".gz", "");
    private static final int XZ_MEMORY_KIB = 256 * 1024;

    private final URI root;
    private final String suite;
    private final InReleaseVerifier verifier;
    private final Fetcher fetcher;
    private final Path cache;

    /** @param root above {@code dists/} */
    public UpstreamArchive(URI root, String suite, ArchiveKeys keys, Fetcher fetcher, Path cache) {
        this.root = root;
        this.suite = suite;
        this.verifier = new InReleaseVerifier(keys);
        this.fetcher = fetcher;
        this.cache = cache;
    }

    /** A Release file that was believed. {@code inRelease} is the digest of the whole signed file. */
    public record Verified(Digest inRelease, Release release) {}

    /**
     * Fetches InRelease and checks signature, suite and freshness.
     *
     * @param lastDate the Date of the newest one that was accepted before
     */
    public Verified release(Instant now, Optional<Instant> lastDate) throws IOException {
        byte[] inRelease = fetcher.text(dists("InRelease"), InReleaseVerifier.MAX_BYTES);
        Release release = Release.parse(verifier.verify(inRelease));
        Freshness.check(release, suite, now, lastDate);
        return new Verified(Digest.of(inRelease), release);
    }

    private URI dists(String path) throws UpstreamException {
        return SafePath.below(root, "dists/" + suite + "/" + path);
    }

    /** Which index holds the packages of a component for an architecture; empty if the suite has none. */
    public static Optional<FileEntry> packagesIndex(Release release, String component, String architecture) {
        String plain = component + "/binary-" + architecture + "/Packages";
        return SUFFIXES.stream()
                .map(suffix -> release.files().get(plain + suffix))
                .filter(java.util.Objects::nonNull)
                .findFirst();
    }

    /** Fetches an index unless it is here, by its hash first; returns its decompressed content, verified. */
    public InputStream open(Release release, FileEntry index, Arrivals arrivals) throws IOException {
        if (index.size() > MAX_INDEX_BYTES) {
            throw new UpstreamException(Problem.TOO_LARGE, index.path() + " has " + index.size() + " bytes");
        }
        Files.createDirectories(cache);
        Path file = cache.resolve(index.digest().hex());
        if (!isWhole(file, index)) {
            fetch(release, index, file, arrivals);
        }
        return new LimitedStream(decompressed(index.path(), file), MAX_INDEX_BYTES, index.path());
    }

    private static boolean isWhole(Path file, FileEntry index) throws IOException {
        return Files.exists(file)
                && Files.size(file) == index.size()
                && Fetcher.digestOf(file).equals(index.digest());
    }

    private void fetch(Release release, FileEntry index, Path file, Arrivals arrivals) throws IOException {
        if (release.byHash()) {
            String directory = index.path().substring(0, index.path().lastIndexOf('/') + 1);
            try {
                URI byHash =
                        dists(directory + "by-hash/SHA256/" + index.digest().hex());
                fetcher.file(byHash, file, index.digest(), index.size(), arrivals);
                return;
            } catch (UpstreamException e) {
                if (e.problem() != Problem.NOT_FOUND) {
                    throw e;
                }
            }
        }
        fetcher.file(dists(index.path()), file, index.digest(), index.size(), arrivals);
    }

    private static InputStream decompressed(String name, Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        if (name.endsWith(".xz")) {
            return new XZInputStream(in, XZ_MEMORY_KIB);
        }
        if (name.endsWith(".zst")) {
            return new ZstdInputStreamNoFinalizer(in);
        }
        return name.endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** Where a package file is, by the Filename of its stanza. */
    public URI pool(String filename) throws UpstreamException {
        return SafePath.below(root, filename);
    }
}

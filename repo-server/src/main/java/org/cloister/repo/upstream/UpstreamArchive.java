package org.cloister.repo.upstream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.repo.upstream.KeptReleases.Kept;
import org.cloister.repo.upstream.Release.FileEntry;
import org.cloister.repo.upstream.UpstreamException.Problem;
import org.jspecify.annotations.Nullable;

/**
 * One suite of one archive. What was fetched is kept: an unchanged suite costs one conditional request for InRelease, a changed
 * one its patches where the archive has them. Thread-safe; blocks.
 */
public final class UpstreamArchive {
    /** Packages of a whole suite have 50 MB; beyond this an index isn't one. */
    private static final long MAX_INDEX_BYTES = 1L << 30;

    private final URI root;
    private final String suite;
    private final InReleaseVerifier verifier;
    private final Fetcher fetcher;
    private final IndexCache cache;
    private final KeptReleases releases;

    /**
     * @param root above {@code dists/}
     * @param directory for {@code indexes} and {@code releases}, shared by all archives
     */
    public UpstreamArchive(URI root, String suite, ArchiveKeys keys, Fetcher fetcher, Path directory) {
        this.root = root;
        this.suite = suite;
        this.verifier = new InReleaseVerifier(keys);
        this.fetcher = fetcher;
        this.cache = new IndexCache(directory.resolve("indexes"));
        this.releases = new KeptReleases(directory.resolve("releases"));
    }

    /** A Release file that was believed. {@code inRelease} is the digest of {@code signed}, the whole signed file. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Verified(Digest inRelease, Release release, byte[] signed) {}

    /**
     * Fetches InRelease, if it changed, and checks signature, suite and freshness in any case.
     *
     * @param lastDate the Date of the newest one that was accepted before
     * @param maxAge see {@link Freshness#check}
     */
    public Verified release(Instant now, Optional<Instant> lastDate, Optional<Duration> maxAge) throws IOException {
        URI address = dists("InRelease");
        Kept kept = releases.find(address).orElse(null);
        if (kept != null) {
            Optional<Fetcher.Text> changed = fetcher.text(address, InReleaseVerifier.MAX_BYTES, kept.validator());
            if (changed.isPresent()) {
                return believe(address, changed.get(), now, lastDate, maxAge);
            }
            if (isSigned(kept.content())) {
                return checked(kept.content(), now, lastDate, maxAge);
            }
        }
        Optional<Fetcher.Text> fetched = fetcher.text(address, InReleaseVerifier.MAX_BYTES, null);
        return believe(address, fetched.orElseThrow(), now, lastDate, maxAge);
    }

    /** The InRelease of a suite that was believed last, byte for byte; empty if none is kept. Not verified again. */
    public static Optional<byte[]> believed(URI root, String suite, Path directory) throws IOException {
        URI address = SafePath.below(root, "dists/" + suite + "/InRelease");
        return new KeptReleases(directory.resolve("releases")).find(address).map(Kept::content);
    }

    /** False for what the disk damaged, and if the keys are others now. */
    private boolean isSigned(byte[] kept) {
        try {
            verifier.verify(kept);
            return true;
        } catch (UpstreamException e) {
            return false;
        }
    }

    /** Kept only after all checks: what is older than what was seen doesn't take its place. */
    private Verified believe(
            URI address, Fetcher.Text text, Instant now, Optional<Instant> lastDate, Optional<Duration> maxAge)
            throws IOException {
        Verified verified = checked(text.content(), now, lastDate, maxAge);
        if (text.validator() != null) {
            releases.keep(address, new Kept(text.validator(), text.content()));
        }
        return verified;
    }

    private Verified checked(byte[] inRelease, Instant now, Optional<Instant> lastDate, Optional<Duration> maxAge)
            throws UpstreamException {
        Release release = Release.parse(verifier.verify(inRelease));
        Freshness.check(release, suite, now, lastDate, maxAge);
        return new Verified(Digest.of(inRelease), release, inRelease);
    }

    private URI dists(String path) throws UpstreamException {
        return SafePath.below(root, "dists/" + suite + "/" + path);
    }

    /** The index that holds the packages of a component for an architecture; empty if the suite has none. */
    public static Optional<IndexFile> packagesIndex(Release release, String component, String architecture) {
        return IndexFile.of(release, component, architecture);
    }

    /**
     * The content of an index, which is fetched unless it is here. Whoever reads it to its end has read what the Release file
     * names, else that read fails.
     */
    public InputStream open(Release release, IndexFile index, Arrivals arrivals) throws IOException {
        FileEntry plain = index.plain();
        long size = plain == null ? index.served().size() : plain.size();
        if (Math.max(size, index.served().size()) > MAX_INDEX_BYTES) {
            throw new UpstreamException(Problem.TOO_LARGE, index.path() + " has " + size + " bytes");
        }
        Path file = cached(index);
        if (file == null) {
            PackageDiffs diffs = new PackageDiffs(
                    cache, (entry, byHash, to) -> fetch(entry, byHash && release.byHash(), to, arrivals));
            file = diffs.bring(release, index).orElse(null);
        }
        if (file == null) {
            Path arriving = cache.place(index.content(), index.suffix() + ".part");
            fetch(index.served(), release.byHash(), arriving, arrivals);
            file = Files.move(arriving, cache.place(index.content(), index.suffix()), StandardCopyOption.ATOMIC_MOVE);
        }
        return content(file, index);
    }

    /**
     * Hands over the signed file, after those of the indexes that it names that are here: as they were served, or expanded where they
     * were made of patches. Does nothing if the signed file is kept already.
     */
    public void show(Verified verified, Collection<IndexFile> indexes, Evidence evidence) throws IOException {
        if (evidence.has(verified.inRelease())) {
            return;
        }
        for (IndexFile index : indexes) {
            Path file = cache.find(index.content()).orElse(null);
            if (file != null) {
                boolean served = Fetcher.digestOf(file).equals(index.served().digest());
                try (InputStream in = served ? Files.newInputStream(file) : content(file, index)) {
                    evidence.keep(served ? index.served().digest() : index.content(), in);
                }
            }
        }
        evidence.keep(verified.inRelease(), new ByteArrayInputStream(verified.signed()));
    }

    private static InputStream content(Path file, IndexFile index) throws IOException {
        InputStream content = IndexCache.decompressed(file);
        FileEntry plain = index.plain();
        return plain == null
                ? new LimitedStream(content, MAX_INDEX_BYTES, index.path())
                : new VerifiedStream(content, plain.digest(), plain.size(), index.path());
    }

    /** Null if it isn't here; deleted if the disk damaged it. */
    private @Nullable Path cached(IndexFile index) throws IOException {
        Path file = cache.find(index.content()).orElse(null);
        if (file == null || isWhole(file, index)) {
            return file;
        }
        Files.delete(file);
        return null;
    }

    private static boolean isWhole(Path file, IndexFile index) throws IOException {
        if (Fetcher.digestOf(file).equals(index.served().digest())) {
            return true;
        }
        if (index.plain() == null) {
            return false;
        }
        try (InputStream content = content(file, index)) {
            content.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void fetch(FileEntry entry, boolean byHash, Path file, Arrivals arrivals) throws IOException {
        if (byHash) {
            String directory = entry.path().substring(0, entry.path().lastIndexOf('/') + 1);
            try {
                URI address =
                        dists(directory + "by-hash/SHA256/" + entry.digest().hex());
                fetcher.file(address, file, entry.digest(), entry.size(), arrivals);
                return;
            } catch (UpstreamException e) {
                if (e.problem() != Problem.NOT_FOUND) {
                    throw e;
                }
            }
        }
        fetcher.file(dists(entry.path()), file, entry.digest(), entry.size(), arrivals);
    }

    /** Where a package file is, by the Filename of its stanza. */
    public URI pool(String filename) throws UpstreamException {
        return address(root, filename);
    }

    /**
     * Where a file of an archive is.
     *
     * @param root above {@code dists/}
     * @throws UpstreamException {@code MALFORMED} if the name leaves the archive
     */
    public static URI address(URI root, String filename) throws UpstreamException {
        return SafePath.below(root, filename);
    }
}

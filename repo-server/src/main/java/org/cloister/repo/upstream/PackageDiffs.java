package org.cloister.repo.upstream;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
import org.cloister.repo.upstream.DiffIndex.Sized;
import org.cloister.repo.upstream.DiffIndex.State;
import org.cloister.repo.upstream.Release.FileEntry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an index from an older one that is here and the archive's patches (Debian wiki, "DebianRepository/Format"). */
final class PackageDiffs {
    private static final Logger LOG = LoggerFactory.getLogger(PackageDiffs.class);
    /** Debian keeps the history of two weeks, four a day. */
    private static final int MAX_PATCHES = 64;
    /** Patches are worth their round trips only if they are this many times smaller than the whole. */
    private static final int WORTH = 4;

    private static final int MAX_INDEX_BYTES = 4 << 20;
    private static final int MAX_PATCH_BYTES = 64 << 20;
    private static final int BUFFER = 1 << 16;
    private static final int LEVEL = 1;

    private final IndexCache cache;
    private final Source source;

    /** Where files of the suite are fetched from. */
    interface Source {
        /**
         * Brings {@code file} to the content that the entry names, under the suite's directory.
         *
         * @param byHash whether it may be asked for by its digest; patches have their names only
         */
        void fetch(FileEntry entry, boolean byHash, Path file) throws IOException;
    }

    PackageDiffs(IndexCache cache, Source source) {
        this.cache = cache;
        this.source = source;
    }

    /** The index, verified; empty if there are no patches for it, if they don't pay, or if anything about them doesn't fit. */
    Optional<Path> bring(Release release, IndexFile wanted) throws IOException {
        FileEntry plain = wanted.plain();
        FileEntry description = release.files().get(wanted.path() + ".diff/Index");
        if (plain == null || description == null || description.size() > MAX_INDEX_BYTES) {
            return Optional.empty();
        }
        Path directory = Files.createTempDirectory(Files.createDirectories(cache.directory()), "diff");
        try {
            return bring(wanted, plain, description, directory);
        } catch (UpstreamException e) {
            LOG.info("the patches of {} are left aside, and the whole is fetched: {}", wanted.path(), e.getMessage());
            return Optional.empty();
        } finally {
            delete(directory);
        }
    }

    private Optional<Path> bring(IndexFile wanted, FileEntry plain, FileEntry description, Path directory)
            throws IOException {
        Path text = directory.resolve("Index");
        source.fetch(description, true, text);
        DiffIndex index = DiffIndex.parse(Files.readAllBytes(text));
        List<State> steps = index.current().equals(plain.digest()) ? steps(index) : null;
        if (steps == null || !pays(steps, wanted.served().size())) {
            return Optional.empty();
        }
        List<EdScript> scripts = new ArrayList<>();
        for (State step : steps) {
            scripts.add(script(wanted.path() + ".diff/" + step.name() + ".gz", step, directory));
        }
        Path base = cache.find(steps.get(0).content()).orElse(null);
        return base == null ? Optional.empty() : Optional.of(patched(base, scripts, wanted, plain, directory));
    }

    /** From the newest state that is here. */
    private @Nullable List<State> steps(DiffIndex index) throws IOException {
        for (int i = index.history().size() - 1; i >= 0; i--) {
            Digest content = index.history().get(i).content();
            if (cache.find(content).isPresent()) {
                return index.from(content);
            }
        }
        return null;
    }

    private static boolean pays(List<State> steps, long whole) {
        long bytes = steps.stream().mapToLong(step -> step.download().size()).sum();
        return steps.size() <= MAX_PATCHES && bytes < whole / WORTH;
    }

    private EdScript script(String path, State step, Path directory) throws IOException {
        Path file = directory.resolve(step.download().digest().hex());
        Sized download = step.download();
        source.fetch(new FileEntry(path, download.digest(), download.size()), false, file);
        Sized patch = step.patch();
        try (InputStream in = new VerifiedStream(
                new GZIPInputStream(Files.newInputStream(file), BUFFER), patch.digest(), patch.size(), path)) {
            byte[] script = in.readNBytes(MAX_PATCH_BYTES);
            if (in.read() >= 0) {
                throw new UpstreamException(
                        UpstreamException.Problem.TOO_LARGE, path + " has more than " + MAX_PATCH_BYTES + " bytes");
            }
            return EdScript.parse(new ByteArrayInputStream(script), MAX_PATCH_BYTES);
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw new UpstreamException(UpstreamException.Problem.MALFORMED, path + " is no gzip file", e);
        }
    }

    private Path patched(Path base, List<EdScript> scripts, IndexFile wanted, FileEntry plain, Path directory)
            throws IOException {
        Path result = directory.resolve("result");
        InputStream content = IndexCache.decompressed(base);
        for (EdScript script : scripts) {
            content = new PatchedStream(content, script);
        }
        String name = wanted.path() + " with its patches";
        try (InputStream in = new VerifiedStream(content, plain.digest(), plain.size(), name);
                OutputStream out = new ZstdOutputStreamNoFinalizer(Files.newOutputStream(result), LEVEL)) {
            in.transferTo(out);
        }
        return Files.move(result, cache.place(plain.digest(), ".zst"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(directory);
    }
}

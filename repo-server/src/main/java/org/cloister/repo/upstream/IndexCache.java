package org.cloister.repo.upstream;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.cloister.events.Digest;
import org.tukaani.xz.XZInputStream;

/**
 * Indexes in a directory, named by the digest of their content and the suffix of their compression. What was used lately is
 * younger than what wasn't. Files may be deleted at any time; they are fetched again. Thread-safe.
 */
record IndexCache(Path directory) {
    private static final List<String> SUFFIXES = List.of(".zst", ".xz", ".gz", "");
    private static final int XZ_MEMORY_KIB = 256 * 1024;
    private static final int BUFFER = 1 << 16;

    /** A file whose content is {@code content} unless the disk damaged it; it counts as used now. */
    Optional<Path> find(Digest content) throws IOException {
        for (String suffix : SUFFIXES) {
            Path file = directory.resolve(content.hex() + suffix);
            if (Files.exists(file)) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    /** Where content with this suffix goes; the directory is there. */
    Path place(Digest content, String suffix) throws IOException {
        return Files.createDirectories(directory).resolve(content.hex() + suffix);
    }

    /** The content of a file of this cache, decompressed, not verified. */
    static InputStream decompressed(Path file) throws IOException {
        String name = file.toString();
        InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
        if (name.endsWith(".xz")) {
            return new XZInputStream(in, XZ_MEMORY_KIB);
        }
        if (name.endsWith(".zst")) {
            return new ZstdInputStreamNoFinalizer(in);
        }
        return name.endsWith(".gz") ? new GZIPInputStream(in, BUFFER) : in;
    }
}

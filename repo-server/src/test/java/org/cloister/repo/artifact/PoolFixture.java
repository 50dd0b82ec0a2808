package org.cloister.repo.artifact;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.pool.PoolUse;

/** A pool in a temporary directory, and what reads one format of packages into it. */
public class PoolFixture implements AutoCloseable {
    private final Path directory;
    private final DirectoryPool pool;
    private final PackageFormat format;

    protected PoolFixture(Path directory, PackageFormat format) throws IOException {
        this.directory = directory;
        this.pool = DirectoryPool.open(directory, InstantSource.system());
        this.format = format;
    }

    public DirectoryPool pool() {
        return pool;
    }

    public ImportResult importBytes(byte[] bytes) throws IOException {
        return importBytes(bytes, Optional.empty());
    }

    public ImportResult importBytes(byte[] bytes, Optional<Digest> expected) throws IOException {
        Path spooled = Files.write(pool.newSpoolFile(), bytes);
        try (PoolUse use = pool.use()) {
            return format.importFile(spooled, expected, use);
        } finally {
            Files.delete(spooled);
        }
    }

    public Manifest manifest(LayerId layer) throws IOException {
        return pool.manifest(layer).orElseThrow();
    }

    protected static Optional<ManifestEntry> entry(Manifest manifest, String path) {
        return manifest.entries().stream()
                .filter(entry -> entry.path().equals(path))
                .findFirst();
    }

    public String text(Manifest manifest, String path) throws IOException {
        return Files.readString(
                pool.object(entry(manifest, path).orElseThrow().object())
                        .orElseThrow()
                        .path(),
                StandardCharsets.UTF_8);
    }

    /** Files anywhere in the pool's directory, its lock not counted. */
    public long files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count() - 1;
        }
    }

    /** Deletes every stored file. */
    public void clear() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("lock")) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        pool.close();
    }
}

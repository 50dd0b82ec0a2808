package org.cloister.repo.rpm;

import java.io.IOException;
import java.io.InputStream;
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
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.pool.DirectoryPool;

/** A pool in a temporary directory, an importer into it, and packages that rpmbuild made. */
final class RpmFixture implements AutoCloseable {
    private final Path directory;
    private final DirectoryPool pool;
    private final RpmImporter importer;

    RpmFixture(Path directory, ImportLimits limits) throws IOException {
        this.directory = directory;
        this.pool = DirectoryPool.open(directory, InstantSource.system());
        this.importer = new RpmImporter(pool, limits);
    }

    DirectoryPool pool() {
        return pool;
    }

    /** @param payload gzip, xz or zstd */
    static byte[] sample(String payload) throws IOException {
        try (InputStream in = RpmFixture.class.getResourceAsStream("/rpm/sample-" + payload + ".rpm")) {
            if (in == null) {
                throw new IOException("no sample of " + payload);
            }
            return in.readAllBytes();
        }
    }

    ImportResult importBytes(byte[] rpm) throws IOException {
        return importBytes(rpm, Optional.empty());
    }

    ImportResult importBytes(byte[] rpm, Optional<Digest> expected) throws IOException {
        Path spooled = Files.write(pool.newSpoolFile(), rpm);
        try {
            return importer.importFile(spooled, expected);
        } finally {
            Files.delete(spooled);
        }
    }

    Manifest manifest(LayerId layer) throws IOException {
        return pool.manifest(layer).orElseThrow();
    }

    static ManifestEntry find(Manifest manifest, String path) {
        return manifest.entries().stream()
                .filter(entry -> entry.path().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing at " + path));
    }

    String text(Manifest manifest, String path) throws IOException {
        return Files.readString(
                pool.object(find(manifest, path).object()).orElseThrow().path(), StandardCharsets.UTF_8);
    }

    /** Files anywhere in the pool's directory, its lock not counted. */
    long files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.filter(Files::isRegularFile).count() - 1;
        }
    }

    /** Deletes every stored file. */
    void clear() throws IOException {
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

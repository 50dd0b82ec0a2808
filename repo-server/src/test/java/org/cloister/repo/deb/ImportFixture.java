package org.cloister.repo.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.pool.DirectoryPool;

/** A pool in a temporary directory and an importer into it. */
final class ImportFixture implements AutoCloseable {
    private final Path directory;
    private final DirectoryPool pool;
    private final DebImporter importer;

    ImportFixture(Path directory, ImportLimits limits) throws IOException {
        this.directory = directory;
        this.pool = DirectoryPool.open(directory, InstantSource.system());
        this.importer = new DebImporter(pool, limits);
    }

    DirectoryPool pool() {
        return pool;
    }

    ImportResult importBytes(byte[] deb) throws IOException {
        return importBytes(deb, Optional.empty());
    }

    ImportResult importBytes(byte[] deb, Optional<Digest> expected) throws IOException {
        Path spooled = Files.write(pool.newSpoolFile(), deb);
        try {
            return importer.importFile(spooled, expected);
        } finally {
            Files.delete(spooled);
        }
    }

    ImportResult.Imported accepted(SampleDeb deb) throws IOException {
        ImportResult result = importBytes(deb.bytes());
        assertThat(result).isInstanceOf(ImportResult.Imported.class);
        return (ImportResult.Imported) result;
    }

    Manifest layerOf(SampleDeb deb) throws IOException {
        return manifest(accepted(deb).layer());
    }

    Manifest manifest(LayerId layer) throws IOException {
        return pool.manifest(layer).orElseThrow();
    }

    String text(Manifest manifest, String path) throws IOException {
        return Files.readString(
                pool.object(find(manifest, path).orElseThrow().object())
                        .orElseThrow()
                        .path(),
                StandardCharsets.UTF_8);
    }

    static Optional<ManifestEntry> find(Manifest manifest, String path) {
        return manifest.entries().stream()
                .filter(entry -> entry.path().equals(path))
                .findFirst();
    }

    static List<String> paths(Manifest manifest) {
        return manifest.entries().stream()
                .map(ManifestEntry::path)
                .filter(path -> !path.startsWith("var"))
                .toList();
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

package org.cloister.repo.deb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.ImportResult;
import org.cloister.repo.artifact.PoolFixture;

/** A pool for Debian packages. */
final class ImportFixture extends PoolFixture {
    ImportFixture(Path directory, ImportLimits limits) throws IOException {
        super(directory, new DebImporter(limits));
    }

    ImportResult.Imported accepted(SampleDeb deb) throws IOException {
        ImportResult result = importBytes(deb.bytes());
        assertThat(result).isInstanceOf(ImportResult.Imported.class);
        return (ImportResult.Imported) result;
    }

    Manifest layerOf(SampleDeb deb) throws IOException {
        return manifest(accepted(deb).layer());
    }

    static Optional<ManifestEntry> find(Manifest manifest, String path) {
        return entry(manifest, path);
    }

    static List<String> paths(Manifest manifest) {
        return manifest.entries().stream()
                .map(ManifestEntry::path)
                .filter(path -> !path.startsWith("var"))
                .toList();
    }
}

package org.cloister.repo.rpm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.artifact.ImportLimits;
import org.cloister.repo.artifact.PoolFixture;

/** A pool for RPM packages, and packages that rpmbuild made. */
final class RpmFixture extends PoolFixture {
    RpmFixture(Path directory, ImportLimits limits) throws IOException {
        super(directory, new RpmImporter(limits));
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

    static ManifestEntry find(Manifest manifest, String path) {
        return entry(manifest, path).orElseThrow(() -> new AssertionError("nothing at " + path));
    }
}

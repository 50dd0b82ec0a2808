package org.cloister.repo.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.cloister.events.Digest;
import org.cloister.repo.pool.PoolUse;

/** Imports a file of any of some formats, told by its first bytes and never by its name. Thread-safe. */
public final class ArtifactImporter {
    private final List<PackageFormat> formats;

    /** @param formats of which no two begin alike */
    public ArtifactImporter(List<PackageFormat> formats) {
        this.formats = List.copyOf(formats);
    }

    /** As {@link PackageFormat#importFile}. A file of no known format is refused. */
    public ImportResult importFile(Path spooled, Optional<Digest> expected, PoolUse use) throws IOException {
        byte[] first;
        try (InputStream in = Files.newInputStream(spooled)) {
            first = in.readNBytes(PackageFormat.FIRST_BYTES);
        }
        for (PackageFormat format : formats) {
            if (format.begins(first)) {
                return format.importFile(spooled, expected, use);
            }
        }
        String known = formats.stream().map(PackageFormat::description).collect(Collectors.joining(" nor "));
        return new ImportResult.Refused(Refusal.NOT_AN_ARCHIVE, "the file begins neither as " + known);
    }
}

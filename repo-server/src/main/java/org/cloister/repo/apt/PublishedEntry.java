package org.cloister.repo.apt;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.deb.PackageId;

/** A package whose artifact is in the pool: its control paragraph, and where the artifact is. */
record PublishedEntry(PackagePublished publication) implements IndexEntry {
    /** What an index says about a file, and dpkg about an installation; a control file's own word on it counts nothing. */
    private static final FieldFilter NOT_THE_PACKAGES = new FieldFilter(
            Set.of("filename", "size", "md5sum", "sha1", "sha256", "sha512", "status", "conffiles", "config-version"));

    @Override
    public PackageId id() {
        return publication.id();
    }

    @Override
    public byte[] paragraph() {
        StringBuilder text = NOT_THE_PACKAGES.apply(publication.control());
        text.append("Filename: ")
                .append(PoolPath.of(id(), publication.artifact()))
                .append("\nSize: ")
                .append(publication.artifactSize())
                .append("\nSHA256: ")
                .append(publication.artifact().hex())
                .append("\n\n");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}

package org.cloister.repo.upstream;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.cloister.events.Digest;
import org.cloister.repo.upstream.Release.FileEntry;
import org.jspecify.annotations.Nullable;

/**
 * The index of a component's packages for an architecture, as a signed Release file names it.
 *
 * @param path its name below {@code dists/<suite>/}, without a suffix
 * @param plain the uncompressed file, which is rarely served; null if the Release file doesn't name it
 * @param served the form that is fetched
 */
public record IndexFile(String path, @Nullable FileEntry plain, FileEntry served) {
    /** By what decompresses soonest for its size; archives serve xz or gz at least. */
    private static final List<String> SUFFIXES = List.of(".xz", ".zst", ".gz", "");

    /** Empty if the suite has none. */
    static Optional<IndexFile> of(Release release, String component, String architecture) {
        String path = component + "/binary-" + architecture + "/Packages";
        return SUFFIXES.stream()
                .map(suffix -> release.files().get(path + suffix))
                .filter(Objects::nonNull)
                .findFirst()
                .map(served -> new IndexFile(path, release.files().get(path), served));
    }

    /** Such as {@code .xz}; empty if it is served uncompressed. */
    String suffix() {
        return served.path().substring(path.length());
    }

    /** What identifies its content: the digest of the uncompressed file where it is known. */
    Digest content() {
        return plain == null ? served.digest() : plain.digest();
    }
}

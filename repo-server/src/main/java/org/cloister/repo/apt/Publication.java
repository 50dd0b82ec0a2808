package org.cloister.repo.apt;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.jspecify.annotations.Nullable;

/**
 * One state of a distribution as apt gets it. Immutable; the files that it names are durable.
 *
 * @param position of the event that made the state
 * @param recordedAt when that was
 * @param date what its Release says
 * @param files by their path below {@code dists/<suite>/}
 */
public record Publication(
        DistributionName name,
        Position position,
        Instant recordedAt,
        Instant date,
        SortedMap<String, File> files,
        byte[] release,
        byte[] inRelease,
        byte[] signature) {
    public Publication {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * What a file must be. The uncompressed indexes are listed, as apt wants them to be, and not served.
     *
     * @param size bytes
     */
    public record File(Digest digest, long size) {}

    static File file(IndexFiles.Stored stored) {
        return new File(stored.digest(), stored.size());
    }

    /** The file at a path, or null. */
    public @Nullable File file(String path) {
        return files.get(path);
    }

    /** The path of a file with this content. */
    public Optional<String> pathOf(Digest content) {
        return files.entrySet().stream()
                .filter(file -> file.getValue().digest().equals(content))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}

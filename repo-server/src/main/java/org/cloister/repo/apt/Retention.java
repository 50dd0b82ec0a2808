package org.cloister.repo.apt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.cloister.events.Digest;

/**
 * Deletes index files that no client can still be asking for. Nothing is lost by it: a state that is asked for later is made again.
 * A state is retained from when another took its place, as its file of words was touched then.
 */
final class Retention {
    /** A client that was switched off in the middle of an update goes on within a weekend; more only costs disk. */
    static final Duration KEPT = Duration.ofDays(3);

    private final Path published;
    private final IndexFiles files;
    private final PublicationStore store;

    Retention(Path published, IndexFiles files, PublicationStore store) {
        this.published = published;
        this.files = files;
        this.store = store;
    }

    /**
     * Blocks. @param current what is served, retained in any case
     *
     * @return how many index files went
     */
    int prune(Collection<Publication> current, Instant now) throws IOException {
        Instant oldest = now.minus(KEPT);
        Set<Digest> retained = new HashSet<>();
        for (Publication publication : current) {
            publication.files().values().forEach(file -> retained.add(file.digest()));
            retained.add(Digest.of(publication.inRelease()));
        }
        for (Path state : below(published)) {
            boolean isCurrent = current.stream()
                    .anyMatch(publication -> store.file(publication).equals(state));
            if (!isCurrent && Files.getLastModifiedTime(state).toInstant().isBefore(oldest)) {
                Files.delete(state);
            } else {
                retained.addAll(store.named(state));
            }
        }
        return files.deleteUnless(retained, oldest);
    }

    private static List<Path> below(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> found = Files.walk(directory)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }
}

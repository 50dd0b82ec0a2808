package org.cloister.repo.apt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.Digest;
import org.cloister.events.DistributionName;
import org.cloister.events.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

    @TempDir
    Path directory;

    @Test
    void whatIsCurrentAndWhatWasLatelyStaysAndTheRestGoes() throws Exception {
        IndexFiles files = IndexFiles.open(directory.resolve("files"));
        SigningKey key = SigningKey.open(directory, "test", NOW);
        PublicationStore store = new PublicationStore(directory.resolve("published"), files, key);
        Retention retention = new Retention(directory.resolve("published"), files, store);
        Publication old = publication(files, store, 1);
        Publication late = publication(files, store, 2);
        Publication current = publication(files, store, 3);
        Instant longAgo = NOW.minus(Retention.KEPT).minusSeconds(60);
        try (var all = Files.walk(directory)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(longAgo));
            }
        }
        store.ended(old, longAgo);
        store.ended(late, NOW.minusSeconds(60));

        assertThat(retention.prune(List.of(current), NOW)).isEqualTo(4);
        assertThat(files.find(digest(old))).isEmpty();
        assertThat(files.find(digest(late))).isPresent();
        assertThat(files.find(digest(current))).isPresent();
        assertThat(store.file(old)).doesNotExist();
        assertThat(store.file(late)).exists();
        assertThat(retention.prune(List.of(current), NOW)).isZero();
    }

    private static Digest digest(Publication publication) {
        return requireNonNull(publication.file("main/x")).digest();
    }

    private static Publication publication(IndexFiles files, PublicationStore store, long position) throws Exception {
        Publication.File index = Publication.file(files.put(("index " + position).getBytes(StandardCharsets.UTF_8)));
        String release =
                "Suite: s" + position + "\nSHA256:\n " + index.digest().hex() + " " + index.size() + " main/x\n";
        Publication publication = new Publication(
                new DistributionName("stable"),
                new Position(position),
                NOW,
                NOW,
                new TreeMap<>(Map.of("main/x", index)),
                release.getBytes(StandardCharsets.UTF_8),
                ("in " + release).getBytes(StandardCharsets.UTF_8),
                ("signature " + position).getBytes(StandardCharsets.UTF_8));
        store.save(publication);
        return publication;
    }
}

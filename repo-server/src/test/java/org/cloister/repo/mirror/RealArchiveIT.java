package org.cloister.repo.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cloister.events.Position;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.listing.Listing;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.upstream.UpstreamSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the archives that this machine's apt uses; skipped, with the reason, where there are none. */
class RealArchiveIT {
    private static final int MILLIS = 10_000;

    @TempDir
    private Path directory;

    @Test
    void helloAndJqComeWithTheirClosures() throws IOException {
        List<SyncSource> family = HostArchives.family("debian");
        assumeTrue(!family.isEmpty(), "skipped: /etc/apt names no Debian archive with a keyring that can be read");
        assumeReachable(family.get(0));
        RecordingPublisher publisher = new RecordingPublisher();
        List<SyncProgress> progress = new ArrayList<>();
        try (DirectoryPool pool = DirectoryPool.open(directory.resolve("pool"), InstantSource.system());
                ArtifactFetches fetches = new ArtifactFetches(
                        pool,
                        UpstreamSettings.defaults(),
                        MirrorSync.arriving(directory.resolve("upstream")),
                        name -> null)) {
            MirrorSync sync = new MirrorSync(
                    new DebImporter(),
                    fetches,
                    UpstreamSettings.defaults(),
                    directory.resolve("upstream"),
                    InstantSource.system());
            long start = System.nanoTime();
            SyncResult result = sync.run(family, List.of("hello", "jq"), false, publisher, progress::add);
            double seconds = (System.nanoTime() - start) / 1e9;
            assertThat(result).as(result.toString()).isInstanceOf(SyncResult.Synchronized.class);
            System.out.printf("%d packages in %.1f s%n", publisher.names().size(), seconds);
            assertThat(publisher.names()).anyMatch(name -> name.startsWith("hello="));
            assertThat(publisher.names()).anyMatch(name -> name.startsWith("libjq1="));
            assertThat(publisher.names()).anyMatch(name -> name.startsWith("base-files="));
            publisher.wells().forEach(event -> assertThat(event.date()).isBefore(Instant.now()));
            int published = publisher.names().size();
            SyncResult again = sync.run(family, List.of("hello", "jq"), false, publisher, progress::add);
            assertThat(((SyncResult.Synchronized) again).published()).isEmpty();
            assertThat(publisher.names()).hasSize(published);
        }
    }

    @Test
    void theIndexesOfAllSuitesButTheLargestAreListed() throws IOException {
        List<SyncSource> family = HostArchives.family("debian");
        assumeTrue(family.size() > 1, "skipped: /etc/apt names no suite of updates, with a keyring that can be read");
        assumeReachable(family.get(0));
        List<ListedSource> small = family.stream()
                .skip(1)
                .map(source -> new ListedSource(source, Listing.EMPTY, Position.NONE, false))
                .toList();
        RecordingPublisher publisher = new RecordingPublisher();
        try (DirectoryPool pool = DirectoryPool.open(directory.resolve("pool"), InstantSource.system());
                ArtifactFetches fetches = new ArtifactFetches(
                        pool,
                        UpstreamSettings.defaults(),
                        MirrorSync.arriving(directory.resolve("upstream")),
                        name -> null)) {
            MirrorSync sync = new MirrorSync(
                    new DebImporter(),
                    fetches,
                    UpstreamSettings.defaults(),
                    directory.resolve("upstream"),
                    InstantSource.system());
            SyncResult result = sync.index(small, publisher, progress -> {});
            assertThat(result)
                    .as(result.toString())
                    .isInstanceOfSatisfying(
                            SyncResult.Indexed.class,
                            good -> assertThat(good.listed())
                                    .isEqualTo(good.total())
                                    .isPositive());
            List<ListedSource> again = new ArrayList<>();
            for (int i = 0; i < small.size(); i++) {
                Listing listed =
                        Listing.EMPTY.after(publisher.differences().get(i).events());
                again.add(new ListedSource(small.get(i).source(), listed, new Position(1), true));
            }
            assertThat(sync.index(again, publisher, progress -> {}))
                    .isInstanceOfSatisfying(
                            SyncResult.Indexed.class,
                            good -> assertThat(good.position())
                                    .as("nothing was recorded")
                                    .isZero());
            assertThat(publisher.differences()).hasSize(small.size());
        }
    }

    private static void assumeReachable(SyncSource source) {
        String url = source.definition().url() + "/dists/" + source.definition().suite() + "/InRelease";
        Optional<String> problem;
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(MILLIS);
            connection.setReadTimeout(MILLIS);
            int status = connection.getResponseCode();
            problem = status == 200 ? Optional.empty() : Optional.of("answers " + status);
        } catch (IOException e) {
            problem = Optional.of(String.valueOf(e));
        }
        assumeTrue(problem.isEmpty(), "skipped: the archive of /etc/apt can't be reached: " + problem.orElse(""));
        assertThat(Files.exists(Path.of("/etc/apt"))).isTrue();
    }
}

package org.cloister.repo.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.repo.deb.DebImporter;
import org.cloister.repo.pool.DirectoryPool;
import org.cloister.repo.upstream.OpenPgpSigner;
import org.cloister.repo.upstream.UpstreamSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an archive that is signed as Debian's are, over HTTP. */
class MirrorSyncIT {
    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant DATE = Instant.parse("2025-05-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2025-05-02T00:00:00Z");
    private static final Optional<Instant> NEVER = Optional.empty();
    private static final int LARGE = 300_000;

    @TempDir
    private Path directory;

    private final RecordingPublisher publisher = new RecordingPublisher();
    private final List<SyncProgress> progress = Collections.synchronizedList(new ArrayList<>());
    private OpenPgpSigner key;
    private FakeArchive archive;
    private DirectoryPool pool;
    private ArtifactFetches fetches;
    private MirrorSync sync;

    @BeforeEach
    void open() throws Exception {
        key = OpenPgpSigner.ed25519(MADE);
        archive = new FakeArchive("stable")
                .add("base", "1", "Essential: yes\nDepends: libc\n", new byte[10])
                .add("libc", "2", "", new byte[20])
                .add("app", "1:3~b-1", "Depends: lib (>= 2)\n", random(LARGE))
                .add("lib", "1", "", new byte[5])
                .add("lib", "2", "", new byte[6])
                .add("broken", "1", "Depends: nowhere (>= 9)\n", new byte[7])
                .sign(key, DATE, NEVER);
        pool = DirectoryPool.open(directory.resolve("pool"), InstantSource.system());
        UpstreamSettings settings =
                new UpstreamSettings(Optional.empty(), 4, 3, Duration.ofMillis(10), Duration.ofSeconds(5));
        fetches = new ArtifactFetches(pool, settings, MirrorSync.arriving(directory.resolve("upstream")), name -> null);
        sync = new MirrorSync(
                new DebImporter(), fetches, settings, directory.resolve("upstream"), InstantSource.fixed(NOW));
    }

    @AfterEach
    void close() throws IOException {
        archive.close();
        fetches.close();
        pool.close();
    }

    private SyncResult run(SyncSource source, String... requested) throws IOException {
        return sync.run(List.of(source), List.of(requested), false, publisher, progress::add);
    }

    private SyncSource source(Optional<Instant> lastDate) {
        return archive.source("debian", key.armoredKey(), lastDate);
    }

    private void fails(String rule, SyncSource source) throws IOException {
        SyncResult result = run(source, "app");
        assertThat(result)
                .isInstanceOfSatisfying(
                        SyncResult.Failed.class,
                        failed -> assertThat(failed.rule()).as(failed.detail()).isEqualTo(rule));
        assertThat(publisher.failures()).hasSize(1);
        assertThat(publisher.wells()).isEmpty();
    }

    @Test
    void whatIsAskedForComesWithItsClosureAndTheEssentialPackages() throws IOException {
        SyncResult result = run(source(NEVER), "app");
        assertThat(result).isInstanceOfSatisfying(SyncResult.Synchronized.class, good -> {
            assertThat(good.closure()).isEqualTo(4);
            assertThat(good.published()).hasSize(4);
        });
        assertThat(publisher.names()).containsExactly("app=1:3~b-1", "base=1", "lib=2", "libc=2");
        assertThat(publisher.wells()).hasSize(1);
        assertThat(publisher.wells().get(0).date()).isEqualTo(DATE);
        assertThat(progress).extracting(SyncProgress::step).contains("index", "resolve", "fetch", "import");
        assertThat(archive.requests()).anyMatch(path -> path.contains("/by-hash/SHA256/"));
        assertNothingIsLeftOver();
    }

    @Test
    void whatIsPublishedIsNotFetchedAgain() throws IOException {
        run(source(NEVER), "app");
        int before = archive.requests().size();
        SyncResult again = run(source(Optional.of(DATE)), "app", "lib=2");
        assertThat(((SyncResult.Synchronized) again).published()).isEmpty();
        assertThat(archive.requests()).hasSize(before + 1);
    }

    @Test
    void anExactVersionCanBeAskedFor() throws IOException {
        run(source(NEVER), "lib=1");
        assertThat(publisher.names()).containsExactly("base=1", "lib=1", "libc=2");
    }

    @Test
    void severalSuitesAreOneUniverseAndEachPackageKnowsItsMirror() throws Exception {
        try (FakeArchive security = new FakeArchive("stable-security")
                .add("lib", "3", "", new byte[3])
                .sign(key, DATE, NEVER)) {
            SyncSource second = security.source("debian-security", key.armoredKey(), NEVER);
            List<SyncSource> family =
                    SyncSource.family(source(NEVER).definition().name(), List.of(second, source(NEVER)));
            sync.run(family, List.of("app"), false, publisher, progress::add);
        }
        assertThat(publisher.names()).containsExactly("app=1:3~b-1", "base=1", "lib=3", "libc=2");
        assertThat(publisher.origins().entrySet())
                .filteredOn(each -> each.getKey().name().text().equals("lib"))
                .allMatch(each -> each.getValue().text().equals("debian-security"));
        assertThat(publisher.wells()).hasSize(2);
    }

    @Test
    void anUnsatisfiableRequestExplainsItself() throws IOException {
        SyncResult result = run(source(NEVER), "broken");
        assertThat(result).isInstanceOfSatisfying(SyncResult.Failed.class, failed -> {
            assertThat(failed.rule()).isEqualTo("unsatisfiable");
            assertThat(failed.detail()).contains("broken").contains("nowhere");
        });
        assertThat(publisher.names()).isEmpty();
    }

    @Test
    void aTamperedInReleaseIsRefused() throws IOException {
        String path = "dists/stable/InRelease";
        String text = new String(archive.file(path), StandardCharsets.UTF_8).replace("Suite: stable", "Suite: Stable");
        archive.replace(path, text.getBytes(StandardCharsets.UTF_8));
        fails("bad-signature", source(NEVER));
    }

    @Test
    void anUnsignedInReleaseIsRefused() throws IOException {
        archive.replace("dists/stable/InRelease", "Suite: stable\n".getBytes(StandardCharsets.UTF_8));
        fails("unsigned", source(NEVER));
    }

    @Test
    void aSignatureByAnotherKeyIsRefused() throws Exception {
        fails(
                "bad-signature",
                archive.source("debian", OpenPgpSigner.ed25519(MADE).armoredKey(), NEVER));
    }

    @Test
    void anOlderStateThanTheOneSeenIsRefused() throws IOException {
        fails("rolled-back", source(Optional.of(DATE.plusSeconds(1))));
    }

    @Test
    void anExpiredStateIsRefused() throws Exception {
        archive.sign(key, DATE, Optional.of(NOW.minusSeconds(1)));
        fails("expired", source(NEVER));
    }

    @Test
    void aTruncatedIndexIsRefused() throws IOException {
        for (String path : archive.named("Packages.xz")) {
            archive.replace(path, Arrays.copyOf(archive.file(path), 100));
        }
        for (String path : archive.named("by-hash")) {
            archive.replace(path, Arrays.copyOf(archive.file(path), 100));
        }
        fails("wrong-content", source(NEVER));
    }

    @Test
    void anIndexThatIsNotThereByHashIsTakenByItsName() throws IOException {
        archive.named("by-hash").forEach(archive::remove);
        assertThat(run(source(NEVER), "app")).isInstanceOf(SyncResult.Synchronized.class);
    }

    @Test
    void anArtifactWithOtherContentIsRefusedAndGone() throws IOException {
        String path = FakeArchive.filename("app", "1:3~b-1");
        byte[] content = archive.file(path).clone();
        String wanted = Digest.of(content).hex();
        content[content.length / 2] ^= 1;
        archive.replace(path, content);
        fails("wrong-content", source(NEVER));
        assertThat(publisher.names()).doesNotContain("app=1:3~b-1");
        assertThat(directory.resolve("upstream/partial").resolve(wanted)).doesNotExist();
    }

    @Test
    void aMissingArtifactIsNamed() throws IOException {
        archive.remove(FakeArchive.filename("app", "1:3~b-1"));
        fails("not-found", source(NEVER));
        assertThat(publisher.failures().get(0).reason()).contains("app_1%253a3~b-1_all.deb");
    }

    @Test
    void aCutConnectionIsResumedWhereItStopped() throws IOException {
        String path = FakeArchive.filename("app", "1:3~b-1");
        archive.cutOnce(path, 100_000);
        assertThat(run(source(NEVER), "app")).isInstanceOf(SyncResult.Synchronized.class);
        assertThat(archive.requests()).anyMatch(request -> request.startsWith("/" + path + " bytes="));
        assertNothingIsLeftOver();
    }

    @Test
    void whatArrivedBeforeAFailureIsUsedByTheNextRun() throws IOException {
        String path = FakeArchive.filename("app", "1:3~b-1");
        byte[] content = archive.file(path);
        Path partial = Files.createDirectories(directory.resolve("upstream/partial"));
        Files.write(partial.resolve(Digest.of(content).hex()), Arrays.copyOf(content, 200_000));
        run(source(NEVER), "app");
        assertThat(publisher.names()).contains("app=1:3~b-1");
        assertThat(archive.requests()).contains("/" + path + " bytes=200000-");
    }

    @Test
    void nobodyWaitingEndsItAndTheNextRunGoesOn() throws IOException {
        SyncListener gone = new SyncListener() {
            @Override
            public void progress(SyncProgress now) {}

            @Override
            public boolean stillWanted() {
                return publisher.names().isEmpty();
            }
        };
        sync.run(List.of(source(NEVER)), List.of("app"), false, publisher, gone);
        assertThat(run(source(NEVER), "app")).isInstanceOf(SyncResult.Synchronized.class);
        assertThat(publisher.names()).containsExactly("app=1:3~b-1", "base=1", "lib=2", "libc=2");
    }

    private void assertNothingIsLeftOver() throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("upstream/partial"))) {
            assertThat(left).isEmpty();
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}

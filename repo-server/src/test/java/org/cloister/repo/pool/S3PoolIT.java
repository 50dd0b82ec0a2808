package org.cloister.repo.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.cloister.events.ContentKind;
import org.cloister.events.Digest;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.repo.RepoServices;
import org.cloister.repo.s3.CuttingRelay;
import org.cloister.repo.s3.S3Settings;
import org.cloister.repo.s3.S3Store;
import org.cloister.repo.s3.SwiftServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A pool in a bucket of a real store: what goes from it as from a directory, and what a network adds. */
class S3PoolIT extends PoolGarbageContract {
    private static final int LARGE = 1_000_000;
    private static int prefixes;

    private static SwiftServer swift;
    private final String prefix = "pool/" + prefixes++;

    @BeforeAll
    static void start() throws IOException {
        swift = SwiftServer.start(RepoServices.directory("swift"));
    }

    @AfterAll
    static void stop() {
        if (swift != null) {
            swift.close();
        }
    }

    @Override
    DirectoryPool open() throws IOException {
        return open(directory, swift.settings(prefix));
    }

    private static DirectoryPool open(Path directory, S3Settings settings) throws IOException {
        return DirectoryPool.open(
                directory, Clock.systemUTC(), false, told -> S3Store.open(settings, told, Clock.systemUTC()));
    }

    private static String key(Digest object) {
        return "objects/" + object.hex().substring(0, 2) + "/" + object.hex();
    }

    @Override
    boolean isThere() throws IOException {
        return swift.keys(prefix).contains(key(OBJECT));
    }

    @Override
    boolean nothingIsAside() throws IOException {
        return swift.keys(prefix).stream().noneMatch(key -> key.startsWith("removed/"));
    }

    /** The store rounds times to whole seconds, up or down, and they are taken for their ends. */
    @Override
    void passed() {
        Instant written = Instant.now();
        await().until(() -> Instant.now().isAfter(written.plusSeconds(2)));
    }

    @Override
    void damageTheCondemned() throws IOException {
        swift.overwrite(prefix, "condemned", "cloister-condemned 1\nnonsense".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static PutResult put(DirectoryPool pool, byte[] content) throws IOException {
        return pool.putObject(Digest.of(content), new ByteArrayInputStream(content));
    }

    @Test
    void whatWasPutIsFoundWholeAndInRanges() throws IOException {
        try (DirectoryPool pool = open()) {
            Random random = new Random(7);
            for (int size : new int[] {0, 1, 128 * 1024, LARGE}) {
                byte[] content = random(size);
                assertThat(put(pool, content)).isInstanceOf(PutResult.Stored.class);
                Blob blob = pool.object(Digest.of(content)).orElseThrow();
                assertThat(blob.size()).isEqualTo(size);
                assertThat(blob.file()).isNull();
                assertThat(blob.open().readAllBytes()).isEqualTo(content);
                for (int i = 0; size > 0 && i < 3; i++) {
                    int from = random.nextInt(size);
                    int length = 1 + random.nextInt(size - from);
                    assertThat(blob.content().read(from, length))
                            .isEqualTo(Arrays.copyOfRange(content, from, from + length));
                }
            }
            assertThat(pool.object(Digest.ofText("nobody has this"))).isEmpty();
            assertThat(directory.resolve("staging")).isEmptyDirectory();
        }
    }

    @Test
    void nothingOfAnImportIsVisibleBeforeItIsPublishedAndALayerNeedsItsObjects() throws IOException {
        List<byte[]> contents = new ArrayList<>();
        List<ManifestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            byte[] content = random(10 + i);
            contents.add(content);
            entries.add(ManifestEntry.file("f" + i, 0644, 0, 0, FileTime.EPOCH, content.length, Digest.of(content)));
        }
        Manifest manifest = Manifest.of(entries);
        try (DirectoryPool pool = open()) {
            Path spooled = Files.write(pool.newSpoolFile(), random(99));
            Digest artifact = Digest.of(random(99));
            assertThat(pool.putLayer(manifest.id(), manifest.canonicalBytes()))
                    .isInstanceOfSatisfying(
                            PutResult.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(PutResult.Reason.MISSING_OBJECTS));
            try (Staging staging = pool.stage()) {
                for (byte[] content : contents) {
                    staging.add(new ByteArrayInputStream(content));
                }
                assertThat(swift.keys(prefix)).containsExactly("cloister-pool");
                staging.publish(manifest, artifact, spooled);
            }
            Files.delete(spooled);
            assertThat(pool.manifest(manifest.id())).contains(manifest);
            try (LocalFile file = pool.local(pool.artifact(artifact).orElseThrow())) {
                assertThat(file.path()).hasBinaryContent(random(99));
            }
            assertThat(directory.resolve("staging")).isEmptyDirectory();
            TreeSet<Digest> listed = new TreeSet<>(java.util.Comparator.comparing(Digest::hex));
            pool.garbage().each(ContentKind.OBJECT, file -> listed.add(file.digest()));
            assertThat(listed).as("in three pages").hasSize(7);
            try (Staging staging = pool.stage()) {
                assertThatThrownBy(() -> staging.publish(
                                Manifest.of(List.of(ManifestEntry.file(
                                        "f", 0644, 0, 0, FileTime.EPOCH, 1, Digest.ofText("missing")))),
                                artifact,
                                spooled))
                        .isInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Test
    void everyChangedByteIsFoundAndStoringItAgainMendsIt() throws Exception {
        byte[] content = random(1000);
        Digest digest = Digest.of(content);
        try (DirectoryPool pool = open()) {
            put(pool, content);
        }
        byte[] other = content.clone();
        other[500] ^= 1;
        swift.overwrite(prefix, key(digest), other);
        try (DirectoryPool pool = open()) {
            assertThat(damaged(pool)).singleElement().asString().startsWith(key(digest) + ": its content has");
            put(pool, content);
            assertThat(damaged(pool)).isEmpty();
        }
    }

    private static List<String> damaged(DirectoryPool pool) throws Exception {
        List<String> damaged = new ArrayList<>();
        pool.scrub(bytes -> {}).run(new PoolScrub.Listener() {
            @Override
            public void whole(long bytes) {}

            @Override
            public void damaged(String path, long bytes, String reason) {
                damaged.add(path + ": " + reason);
            }
        });
        return damaged;
    }

    @Test
    void aBucketBelongsToOneStateDirectory() throws IOException {
        open().close();
        open().close();
        assertThatThrownBy(() -> open(directory.resolve("other"), swift.settings(prefix)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("another repository")
                .hasMessageContaining("choose another prefix");
        assertThatThrownBy(() -> DirectoryPool.open(directory, Clock.systemUTC()))
                .hasMessageContaining("s3://")
                .hasMessageContaining("--pool");
        Path full = directory.resolve("full");
        try (DirectoryPool pool = DirectoryPool.open(full, Clock.systemUTC())) {
            put(pool, random(1));
        }
        assertThatThrownBy(() -> open(full, swift.settings(prefix + "x")))
                .hasMessageContaining("has content of its own");
    }

    @Test
    void wrongKeysAreToldAsWhatTheyAre() {
        S3Settings right = swift.settings(prefix);
        S3Settings wrong = S3Settings.of(
                "s3://cloister/" + prefix,
                String.valueOf(right.endpoint().orElseThrow()),
                "us-east-1",
                "path",
                "x:y",
                "z");
        assertThatThrownBy(() -> open(directory, wrong))
                .isInstanceOf(StoreAwayException.class)
                .hasMessageContaining("403")
                .hasMessageContaining("CLOISTER_REPO_S3_ACCESS_KEY");
        S3Settings nowhere = S3Settings.of(
                "s3://no-such-bucket",
                String.valueOf(right.endpoint().orElseThrow()),
                "us-east-1",
                "path",
                "pool:tester",
                "secret");
        assertThatThrownBy(() -> open(directory, nowhere)).hasMessageContaining("make the bucket");
    }

    @Test
    void aBucketThatIsGoneIsNotAnEmptyOne() throws IOException {
        try (DirectoryPool pool = open(directory, swift.bucket("short-lived"))) {
            assertThat(pool.object(OBJECT)).isEmpty();
            swift.removeBucket("short-lived");
            assertThatThrownBy(() -> pool.object(OBJECT))
                    .cause()
                    .isInstanceOf(StoreAwayException.class)
                    .hasMessageContaining("make the bucket");
        }
    }

    @Test
    void aStoreThatIsKilledInTheMiddleOfAnUploadShowsNothingOfIt() throws Exception {
        byte[] before = random(10);
        byte[] large = random(4 * LARGE);
        try (CuttingRelay relay = new CuttingRelay(swift.port());
                DirectoryPool pool = open(directory, swift.settings(prefix, relay.port()))) {
            put(pool, before);
            relay.cutAfter(LARGE, swift::kill);
            assertThatThrownBy(() -> put(pool, large))
                    .isInstanceOf(StoreAwayException.class)
                    .hasMessageContaining("can't be reached while writing objects/")
                    .hasMessageContaining("start it");
            assertThatThrownBy(() -> pool.object(Digest.of(before)))
                    .as("what can't be looked for isn't missing")
                    .hasRootCauseInstanceOf(IOException.class)
                    .cause()
                    .isInstanceOf(StoreAwayException.class);
            assertThatThrownBy(() -> damaged(pool)).isInstanceOf(StoreAwayException.class);

            swift.startAgain();
            assertThat(pool.object(Digest.of(large))).isEmpty();
            assertThat(swift.keys(prefix)).containsExactlyInAnyOrder("cloister-pool", key(Digest.of(before)));
            assertThat(put(pool, large)).isInstanceOf(PutResult.Stored.class);
            assertThat(pool.object(Digest.of(large)).orElseThrow().bytes()).isEqualTo(large);
        }
    }
}

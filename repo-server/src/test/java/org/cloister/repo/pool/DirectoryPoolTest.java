package org.cloister.repo.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryPoolTest {
    private static final int LARGE = 1_000_000;

    @TempDir
    private Path directory;

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private DirectoryPool pool;

    @BeforeEach
    void open() throws IOException {
        pool = DirectoryPool.open(directory, () -> now);
    }

    @AfterEach
    void close() throws IOException {
        pool.close();
    }

    @Test
    void whatWasPutIsFoundReadOnlyAndWithItsSize() throws IOException {
        for (int size : new int[] {0, 1, 128 * 1024 - 1, 128 * 1024, LARGE}) {
            byte[] content = random(size);
            PutResult result = pool.putObject(Digest.of(content), stream(content));
            assertThat(result).isInstanceOf(PutResult.Stored.class);
            Blob blob = pool.object(Digest.of(content)).orElseThrow();
            assertThat(blob.size()).isEqualTo(size);
            assertThat(Files.readAllBytes(blob.path())).isEqualTo(content);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(blob.path())))
                    .isEqualTo("r--r--r--");
        }
        assertStagingIsEmpty();
    }

    @Test
    void contentThatIsNotWhatItsDigestNamesIsRefusedAndGone() throws IOException {
        byte[] content = random(LARGE);
        Digest other = Digest.ofText("something else");
        PutResult result = pool.putObject(other, stream(content));
        assertThat(result)
                .isInstanceOfSatisfying(
                        PutResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(PutResult.Reason.WRONG_DIGEST));
        assertThat(pool.object(other)).isEmpty();
        assertThat(pool.object(Digest.of(content))).isEmpty();
        assertStagingIsEmpty();
    }

    @Test
    void aLayerNeedsItsObjects() throws IOException {
        byte[] content = random(10);
        Manifest manifest = manifestOf(content);
        byte[] bytes = manifest.canonicalBytes();
        assertThat(reason(pool.putLayer(manifest.id(), bytes))).isEqualTo(PutResult.Reason.MISSING_OBJECTS);
        assertThat(pool.layer(manifest.id())).isEmpty();
        pool.putObject(Digest.of(content), stream(content));
        assertThat(pool.putLayer(manifest.id(), bytes)).isInstanceOf(PutResult.Stored.class);
        assertThat(pool.manifest(manifest.id())).contains(manifest);
    }

    @Test
    void aLayerThatIsNoManifestOrAnotherIsRefused() throws IOException {
        byte[] bytes = "cloister-manifest 2\n".getBytes(StandardCharsets.UTF_8);
        assertThat(reason(pool.putLayer(new LayerId(Digest.of(bytes)), bytes)))
                .isEqualTo(PutResult.Reason.NOT_A_MANIFEST);
        assertThat(reason(pool.putLayer(new LayerId(Digest.ofText("x")), bytes)))
                .isEqualTo(PutResult.Reason.WRONG_DIGEST);
    }

    @Test
    void nothingOfAnImportIsVisibleBeforeItIsPublishedNorAfterItWasClosed() throws IOException {
        byte[] content = random(LARGE);
        Path spooled = spool(random(99));
        Manifest manifest = manifestOf(content);
        try (Staging staging = pool.stage()) {
            staging.add(stream(content));
            assertThat(pool.object(Digest.of(content))).isEmpty();
        }
        assertThat(pool.object(Digest.of(content))).isEmpty();
        try (Staging staging = pool.stage()) {
            staging.add(stream(content));
            staging.publish(manifest, Digest.of(Files.readAllBytes(spooled)), spooled);
        }
        assertThat(pool.object(Digest.of(content))).isPresent();
        assertThat(pool.layer(manifest.id())).isPresent();
        assertThat(pool.artifact(Digest.of(Files.readAllBytes(spooled)))).isPresent();
        Files.delete(spooled);
        assertStagingIsEmpty();
    }

    @Test
    void openingClearsWhatACrashLeft() throws IOException {
        spool(random(10));
        try (Staging staging = pool.stage()) {
            staging.add(stream(random(LARGE)));
            pool.close();
            pool = DirectoryPool.open(directory, () -> now);
            assertStagingIsEmpty();
        } catch (IOException e) {
            throw new AssertionError("closing a staging whose directory is gone", e);
        }
    }

    @Test
    void aSecondPoolOnTheDirectoryIsRefused() {
        assertThatThrownBy(() -> DirectoryPool.open(directory, () -> now))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void aDamagedObjectIsReplacedBeforeItGetsASecondPath() throws IOException {
        byte[] content = random(1000);
        Digest digest = Digest.of(content);
        pool.putObject(digest, stream(content));
        damage(pool.object(digest).orElseThrow().path());
        pool.close();
        pool = DirectoryPool.open(directory, () -> now);
        pool.putObject(digest, stream(content));
        assertThat(Files.readAllBytes(pool.object(digest).orElseThrow().path())).isEqualTo(content);
    }

    @Test
    void anObjectIsTrustedForADayAndThenHashedAgain() throws IOException {
        byte[] content = random(1000);
        Digest digest = Digest.of(content);
        pool.putObject(digest, stream(content));
        Path stored = pool.object(digest).orElseThrow().path();
        damage(stored);
        pool.putObject(digest, stream(content));
        assertThat(Files.readAllBytes(stored)).isNotEqualTo(content);
        now = now.plusSeconds(25 * 3600);
        pool.putObject(digest, stream(content));
        assertThat(Files.readAllBytes(stored)).isEqualTo(content);
    }

    @Test
    void concurrentWritersOfTheSameContentAllSucceed() throws Exception {
        byte[] content = random(LARGE);
        ExecutorService writers = Executors.newFixedThreadPool(8);
        List<Callable<PutResult>> puts = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            puts.add(() -> pool.putObject(Digest.of(content), stream(content)));
        }
        for (Future<PutResult> put : writers.invokeAll(puts)) {
            assertThat(put.get()).isInstanceOf(PutResult.Stored.class);
        }
        writers.shutdown();
        assertThat(Files.readAllBytes(
                        pool.object(Digest.of(content)).orElseThrow().path()))
                .isEqualTo(content);
        assertStagingIsEmpty();
    }

    @Test
    void aFailingSourceLeavesNothing() throws IOException {
        InputStream failing = new InputStream() {
            private int left = 300_000;

            @Override
            public int read() throws IOException {
                return read(new byte[1], 0, 1);
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                if (left <= 0) {
                    throw new IOException("the connection was cut");
                }
                left -= length;
                return length;
            }
        };
        assertThatThrownBy(() -> pool.putObject(Digest.ofText("x"), failing)).hasMessageContaining("cut");
        assertStagingIsEmpty();
    }

    private static Manifest manifestOf(byte[] content) {
        return Manifest.of(
                List.of(ManifestEntry.file("f", 0644, 0, 0, FileTime.EPOCH, content.length, Digest.of(content))));
    }

    private static PutResult.Reason reason(PutResult result) {
        return ((PutResult.Refused) result).reason();
    }

    private Path spool(byte[] content) throws IOException {
        return Files.write(pool.newSpoolFile(), content);
    }

    private static void damage(Path stored) throws IOException {
        Files.setPosixFilePermissions(stored, PosixFilePermissions.fromString("rw-r--r--"));
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length / 2] ^= 1;
        Files.write(stored, bytes);
    }

    private void assertStagingIsEmpty() throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("staging"))) {
            assertThat(left).isEmpty();
        }
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static InputStream stream(byte[] content) {
        return new ByteArrayInputStream(content);
    }
}

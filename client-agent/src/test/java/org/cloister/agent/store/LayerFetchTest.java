package org.cloister.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.agent.fake.FakeLog;
import org.cloister.agent.fake.FakePool;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.agent.remote.Connection;
import org.cloister.agent.remote.Repository;
import org.cloister.events.Digest;
import org.cloister.events.RootName;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerFetchTest {
    @TempDir
    Path temp;

    private FakePool pool;
    private FakeRepository server;
    private ObjectStore store;
    private LayerFetch fetch;
    private final Recorded book = new Recorded();

    @BeforeEach
    void start() throws IOException, InterruptedException {
        pool = new FakePool(temp.resolve("pool"));
        server = new FakeRepository(pool, new FakeLog(), 0);
        store = new ObjectStore(temp.resolve("state"));
        fetch = new LayerFetch(store, new Repository(new Connection(server.uri(), "t")), book);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void whatIsMissingComesInOneRequestAndIsReadOnly() throws IOException, InterruptedException {
        List<LayerId> layers = List.of(layer("a", 20), layer("b", 20));
        assertThat(fetch.fetch(layers, progress -> {})).isInstanceOf(Fetched.Complete.class);
        assertThat(server.batches).isEqualTo(1);
        for (LayerId layer : layers) {
            for (ManifestEntry entry : store.manifest(layer).entries()) {
                assertThat(store.isIntact(entry.object())).isTrue();
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.path(entry.object()))))
                        .isEqualTo("r--r--r--");
            }
        }
        assertThat(fetch.fetch(layers, progress -> {})).isEqualTo(new Fetched.Complete(0, 0, 0));
        assertThat(server.batches).isEqualTo(1);
    }

    @Test
    void aCutAnswerIsTakenUpWhereItEnded() throws IOException, InterruptedException {
        LayerId layer = layer("a", 50);
        server.cutAfter = 200;
        assertThat(fetch.fetch(List.of(layer), progress -> {})).isInstanceOf(Fetched.Complete.class);
        assertThat(server.batches).isEqualTo(2);
        assertThat(store.hasLayer(layer)).isTrue();
    }

    @Test
    void whatTheRepositoryLacksIsNamedAndTheLayerStaysInvisible() throws IOException, InterruptedException {
        LayerId layer = pool.layer(
                Manifest.of(List.of(ManifestEntry.file("x", 0644, 0, 0, FileTime.EPOCH, 3, Digest.ofText("lost")))));
        assertThat(fetch.fetch(List.of(layer), progress -> {}))
                .isInstanceOfSatisfying(
                        Fetched.Unavailable.class,
                        unavailable -> assertThat(unavailable.digests()).containsExactly(Digest.ofText("lost")));
        assertThat(store.hasLayer(layer)).isFalse();
        assertThat(fetch.fetch(List.of(new LayerId(Digest.ofText("no such layer"))), progress -> {}))
                .isInstanceOf(Fetched.Unavailable.class);
    }

    @Test
    void anObjectIsHashedAgainBeforeASecondLayerLinksToIt() throws IOException, InterruptedException {
        LayerId first = pool.layer(Manifest.of(List.of(file("a", "shared content"))));
        assertThat(fetch.fetch(List.of(first), progress -> {})).isInstanceOf(Fetched.Complete.class);
        damage(Digest.ofText("shared content"));
        LayerId second = pool.layer(Manifest.of(List.of(file("b", "shared content"))));
        assertThat(fetch.fetch(List.of(second), progress -> {})).isEqualTo(new Fetched.Complete(1, 1, 14));
        assertThat(book.lines).containsExactly("found null b differs from its digest", "fetched b");
        assertThat(store.isIntact(Digest.ofText("shared content"))).isTrue();
    }

    @Test
    void verificationFindsDamageAndRepairsIt() throws IOException, InterruptedException {
        LayerId layer = pool.layer(Manifest.of(List.of(file("a", "one"), file("b", "two"))));
        assertThat(fetch.fetch(List.of(layer), progress -> {})).isInstanceOf(Fetched.Complete.class);
        damage(Digest.ofText("two"));
        StoreVerification verification = new StoreVerification(store, fetch);
        Map<LayerId, RootName> layers = Map.of(layer, new RootName("root"));
        var found = verification.run(layers, false, book, progress -> {});
        assertThat(found.damaged()).singleElement().satisfies(damage -> {
            assertThat(damage.paths()).containsExactly("root/b");
            assertThat(damage.detail()).isEqualTo("differs from its digest");
            assertThat(damage.repaired()).isFalse();
        });
        assertThat(book.lines).as("it only looked").isEmpty();
        assertThat(verification.run(layers, true, book, progress -> {}).damaged())
                .singleElement()
                .satisfies(damage -> assertThat(damage.repaired()).isTrue());
        assertThat(book.lines).containsExactly("found root b differs from its digest", "fetched b");
        assertThat(verification.run(layers, true, book, progress -> {}).damaged())
                .isEmpty();
    }

    @Test
    void whatCannotBeFetchedNowIsOnRecordAndNoError() throws IOException, InterruptedException {
        LayerId layer = pool.layer(Manifest.of(List.of(file("a", "one"))));
        assertThat(fetch.fetch(List.of(layer), progress -> {})).isInstanceOf(Fetched.Complete.class);
        Files.delete(store.path(Digest.ofText("one")));
        server.down = true;
        var found = new StoreVerification(store, fetch)
                .run(Map.of(layer, new RootName("root")), true, book, progress -> {});
        assertThat(found.damaged())
                .singleElement()
                .satisfies(damage -> assertThat(damage.repaired()).isFalse());
        assertThat(book.lines).containsExactly("found root a missing");
    }

    @Test
    void aDamagedManifestIsRepairedBeforeItsObjectsAreLookedAt() throws IOException, InterruptedException {
        LayerId layer = pool.layer(Manifest.of(List.of(file("a", "one"))));
        assertThat(fetch.fetch(List.of(layer), progress -> {})).isInstanceOf(Fetched.Complete.class);
        Files.writeString(store.path(layer), "flipped");
        var found = new StoreVerification(store, fetch)
                .run(Map.of(layer, new RootName("root")), true, book, progress -> {});
        assertThat(found.objects()).isEqualTo(1);
        assertThat(found.damaged())
                .singleElement()
                .satisfies(damage -> assertThat(damage.repaired()).isTrue());
        assertThat(store.isIntact(layer)).isTrue();
    }

    private static final class Recorded implements DamageBook {
        final List<String> lines = new ArrayList<>();

        @Override
        public void found(List<Damaged> damaged) {
            damaged.forEach(one -> lines.add("found " + one.root() + " " + one.path() + " " + one.found()));
        }

        @Override
        public void fetched(Collection<Damaged> whole) {
            whole.forEach(one -> lines.add("fetched " + one.path()));
        }
    }

    @Test
    void aRepositoryThatIsAwayIsNoAnswer() throws IOException {
        LayerId layer = layer("a", 1);
        server.down = true;
        assertThatThrownBy(() -> fetch.fetch(List.of(layer), progress -> {})).isInstanceOf(IOException.class);
    }

    @Test
    void foreignBytesAreNeverTakenForObjects() throws IOException {
        Random random = new Random(99);
        String good = Digest.ofText("x").hex() + " 1\nxend\n";
        for (int i = 0; i < 5_000; i++) {
            byte[] bytes = good.getBytes(StandardCharsets.ISO_8859_1);
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            try (Incoming incoming = store.incoming();
                    ObjectBatch batch = new ObjectBatch(new ByteArrayInputStream(bytes))) {
                for (ObjectBatch.Header header = batch.next(); header != null; header = batch.next()) {
                    if (header.size() >= 0 && incoming.add(header.object(), header.size(), batch.content())) {
                        assertThat(header.object()).isEqualTo(Digest.ofText("x"));
                    }
                }
            } catch (IOException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
    }

    private void damage(Digest object) throws IOException {
        Files.setPosixFilePermissions(store.path(object), PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(store.path(object), "flipped");
    }

    private LayerId layer(String name, int files) throws IOException {
        List<ManifestEntry> entries = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            entries.add(file(name + i, "content of " + name + i));
        }
        return pool.layer(Manifest.of(entries));
    }

    private ManifestEntry file(String path, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return ManifestEntry.file(path, 0644, 0, 0, FileTime.EPOCH, bytes.length, pool.object(bytes));
    }
}

package org.cloister.agent.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.cloister.agent.store.Generations;
import org.cloister.agent.store.Incoming;
import org.cloister.agent.store.ObjectStore;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.HostInventory;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskInventoryTest {
    private static final byte[] BYTES = "shipped".getBytes(StandardCharsets.UTF_8);
    private static final Digest OBJECT = Digest.of(BYTES);

    @TempDir
    Path temp;

    private ObjectStore store;
    private Generations generations;
    private LayerId layer;
    private List<Generation.Root> roots;
    private List<Path> altered = List.of();

    @BeforeEach
    void install() throws IOException, InterruptedException {
        store = new ObjectStore(temp);
        generations = new Generations(temp);
        try (Incoming incoming = store.incoming()) {
            incoming.add(new ByteArrayInputStream(BYTES));
            incoming.commit();
        }
        layer = store.putLayer(Manifest.of(List.of(
                ManifestEntry.directory("usr", 0755, 0, 0, FileTime.EPOCH),
                ManifestEntry.file("usr/jq", 0755, 0, 0, FileTime.EPOCH, BYTES.length, OBJECT))));
        roots = List.of(new Generation.Root(new RootName("jq"), List.of(layer)));
        generations.write(new Generation(new Position(7), roots));
        Files.createDirectories(temp.resolve("mnt/jq"));
    }

    private HostInventory read() throws IOException, InterruptedException {
        return new DiskInventory(store, new DiskInventory.Places() {
                    @Override
                    public Optional<Path> generation() throws IOException {
                        return generations.currentFile();
                    }

                    @Override
                    public Path mount() {
                        return temp.resolve("mnt");
                    }

                    @Override
                    public List<Path> alteredLaunchers() {
                        return altered;
                    }
                })
                .read(step -> {});
    }

    @Test
    void anUntouchedDiskIsWhatItsGenerationSays() throws Exception {
        assertThat(read()).isEqualTo(HostInventory.whole(roots));
    }

    @Test
    void whatIsMissingOrCutIsNamedByItsPath() throws Exception {
        Files.write(store.path(OBJECT), new byte[] {1});
        assertThat(read().findings())
                .containsExactly(new Difference("jq/usr/jq", "has 1 bytes in the store instead of 7"));
        Files.delete(store.path(OBJECT));
        Files.delete(temp.resolve("mnt/jq"));
        altered = List.of(Path.of("/usr/local/bin/jq"));
        assertThat(read().findings())
                .containsExactly(
                        new Difference("/usr/local/bin/jq", "is not as Cloister wrote it"),
                        new Difference("jq", "is not below " + temp.resolve("mnt")),
                        new Difference("jq/usr/jq", "is not in the store"));
    }

    @Test
    void aChangedManifestIsFound() throws Exception {
        Path manifest = store.path(layer);
        manifest.toFile().setWritable(true);
        Files.writeString(manifest, Files.readString(manifest).replace("usr/jq", "usr/xx"));
        assertThat(read().findings())
                .containsExactly(new Difference("jq", "layer " + layer + " differs from its digest"));
    }

    @Test
    void anotherGenerationIsTold() throws Exception {
        generations.write(new Generation(new Position(8), List.of()));
        assertThat(read().differences(roots)).containsExactly(new Difference("jq", "is not there"));
        Path file = generations.currentFile().orElseThrow();
        file.toFile().setWritable(true);
        Files.writeString(file, "nonsense");
        assertThat(read().findings()).hasSize(1);
    }
}

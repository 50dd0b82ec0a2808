package org.cloister.fuse.union;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.tree.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesAtStartTest {
    @TempDir
    Path temp;

    @Test
    void rootsAreShownThoughNobodyCanReadWhichDevicesTheyHave() throws Exception {
        Files.createDirectories(temp.resolve("shipped/etc"));
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        Path file = store.generation("1", Map.of("x", List.of(store.layer(temp.resolve("shipped")))));
        Generation wanted = Generation.parse(Files.readString(file));
        Union union = Union.over(new FakeBacking(store.state()), new Ownership.Recorded(), Clock.systemUTC());
        GenerationSwitch generations = union.generations(
                new ManifestLayers(store.state(), union.numbers()),
                () -> {
                    throw new IOException("cut");
                },
                new WritableTables(store.state()),
                new NoKernel(),
                Succession.NONE);
        generations.applyAtStart(wanted);
        assertThat(generations.current()).isEqualTo(wanted);
        assertThat(union.reader().lookup(NodeId.MOUNT, "x", new Stat())).isEqualTo(Status.OK);
        generations.close();
    }
}

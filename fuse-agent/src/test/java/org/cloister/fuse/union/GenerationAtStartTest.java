package org.cloister.fuse.union;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.NoKernel;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.tree.Status;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationAtStartTest {
    @TempDir
    Path temp;

    private StoreFixture store;
    private Union union;
    private Generation wanted;

    @BeforeEach
    void aGenerationOfTwoRoots() throws IOException {
        Files.createDirectories(temp.resolve("shipped/etc"));
        store = new StoreFixture(temp.resolve("state"));
        var layers = List.of(store.layer(temp.resolve("shipped")));
        wanted = Generation.parse(Files.readString(store.generation("1", Map.of("x", layers, "y", layers))));
        union = Union.over(new FakeBacking(store.state()), new Ownership.Recorded(), Clock.systemUTC());
    }

    private GenerationSwitch generations(DeviceSource devices, Succession succession) throws IOException {
        return union.generations(
                new ManifestLayers(store.state(), union.numbers()),
                devices,
                new WritableTables(store.state()),
                new NoKernel(),
                succession);
    }

    @Test
    void rootsAreShownThoughNobodyCanReadWhichDevicesTheyHave() throws Exception {
        GenerationSwitch generations = generations(
                () -> {
                    throw new IOException("cut");
                },
                Succession.NONE);
        generations.applyAtStart(wanted);
        assertThat(generations.current()).isEqualTo(wanted);
        assertThat(union.reader().lookup(NodeId.MOUNT, "x", new Stat())).isEqualTo(Status.OK);
        generations.close();
    }

    /** Roots are shown from when they are loaded: a successor that took less over would make them vanish. */
    @Test
    void noSuccessorFindsLessThanIsShown() throws Exception {
        Records records = new Records();
        GenerationSwitch generations = generations(() -> DeviceLayers.NONE, records);
        generations.applyAtStart(wanted);
        assertThat(records.all)
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.shown()).isEqualTo(wanted));
        assertThat(records.isUnsettled()).isFalse();
        generations.close();
    }

    private static final class Records implements Succession {
        final List<Standing> all = new ArrayList<>();
        private boolean unsettled;

        @Override
        public @Nullable Standing recorded() {
            return null;
        }

        @Override
        public void record(Standing standing) {
            all.add(standing);
        }

        @Override
        public void forgetting(List<Forgotten> forgotten) {}

        @Override
        public List<Forgotten> forgotten() {
            return List.of();
        }

        @Override
        public void unsettled(boolean now) {
            unsettled = now;
        }

        @Override
        public boolean isUnsettled() {
            return unsettled;
        }
    }
}

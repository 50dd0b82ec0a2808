package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.integrity.DamageLog;
import org.cloister.fuse.mount.Native;
import org.cloister.fuse.mount.NativeBacking;
import org.cloister.fuse.mount.ObjectCheck;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.union.GenerationSwitch;
import org.cloister.fuse.union.KernelCache;
import org.cloister.fuse.union.Ownership;
import org.cloister.fuse.union.Succession;
import org.cloister.fuse.union.Union;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    private static final int NAMES = 40;

    @TempDir
    Path temp;

    @Test
    void itAsksAboutEveryNameAndLeavesNothingOpenAndNothingChanged() throws Exception {
        Path shipped = Files.createDirectories(temp.resolve("shipped/deep"));
        for (int i = 0; i < NAMES; i++) {
            Files.writeString(shipped.resolve("file" + i), "content " + i);
        }
        Files.createSymbolicLink(shipped.resolve("link"), Path.of("file0"));
        Path state = temp.resolve("state");
        StoreFixture store = new StoreFixture(state);
        Native host = Native.load();
        Union union = Union.over(
                new NativeBacking(state, host, new ObjectCheck(host, new DamageLog())),
                new Ownership.Recorded(),
                Clock.systemUTC());
        GenerationSwitch generations = union.generations(
                new ManifestLayers(state, union.numbers()), new WritableTables(state), new Nobody(), Succession.NONE);
        try {
            generations.apply(Generation.parse(Files.readString(
                    store.generation("1", Map.of("x", List.of(store.layer(temp.resolve("shipped"))))))));
            Negotiation agreed = Negotiation.of(40, ~0L, 1 << 17, EnumSet.allOf(Feature.class));
            Rehearsal rehearsal = new Rehearsal(host, union, agreed, Native.path(state.toString()));
            rehearsal.run();
            assertThat(rehearsal.requests()).isGreaterThan(4 * NAMES);
            assertThat(union.content().openFiles()).isZero();
            assertThat(state.resolve("writable/x/data")).doesNotExist();
        } finally {
            generations.close();
        }
    }

    /** There is no mount. */
    private static final class Nobody implements KernelCache {
        @Override
        public void forgetName(long directory, String name) {}

        @Override
        public void forgetNode(long node) {}

        @Override
        public boolean knows(long node) {
            return false;
        }

        @Override
        public boolean knowsAny(LongPredicate nodes) {
            return false;
        }
    }
}

package org.cloister.fuse.union;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
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

class CopyUpTest {
    @TempDir
    Path temp;

    private Runnable whenReplaced = () -> {};

    /** Else the kernel would be given the shipped object to write to. */
    @Test
    void aFileIsNotPassedOnBeforeWhoeverHasItOpenHasTheCopy() throws Exception {
        Files.createDirectories(temp.resolve("shipped/etc"));
        Files.writeString(temp.resolve("shipped/etc/conf"), "shipped");
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        Path file = store.generation("1", Map.of("x", List.of(store.layer(temp.resolve("shipped")))));
        List<Boolean> passable = new ArrayList<>();
        Union union = Union.over(
                hooked(new FakeBacking(store.state()), () -> whenReplaced.run()),
                new Ownership.Recorded(),
                Clock.systemUTC());
        GenerationSwitch generations = union.generations(
                new ManifestLayers(store.state(), union.numbers()),
                new WritableTables(store.state()),
                new NoKernel(),
                Succession.NONE);
        generations.apply(Generation.parse(Files.readString(file)));
        Stat stat = new Stat();
        assertThat(union.reader().lookup(NodeId.MOUNT, "x", stat)).isEqualTo(Status.OK);
        for (String name : List.of("etc", "conf")) {
            assertThat(union.reader().lookup(stat.node, name, stat)).isEqualTo(Status.OK);
        }
        long node = stat.node;
        whenReplaced = () -> passable.add(union.content().isPassable(node));
        int reader = union.content().open(node, false, false);
        union.content().resize(node, 1);
        union.content().release(node, reader);
        assertThat(passable).containsExactly(false);
        assertThat(union.content().isPassable(node)).isTrue();
        generations.close();
    }

    /** {@code hook} runs before a descriptor is replaced. */
    private static Backing hooked(Backing backing, Runnable hook) {
        return (Backing) Proxy.newProxyInstance(
                Backing.class.getClassLoader(), new Class<?>[] {Backing.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("replace")) {
                        hook.run();
                    }
                    return method.invoke(backing, arguments);
                });
    }
}

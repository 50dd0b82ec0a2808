package org.cloister.fuse.union;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.NoKernel;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.state.ManifestLayers;
import org.cloister.fuse.state.WritableTables;
import org.cloister.fuse.tree.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CopyUpTest {
    @TempDir
    Path temp;

    /** The copy counts, and who has the file open doesn't have it yet. */
    private Runnable justBeforeReplaced = () -> {};

    private Union union;
    private GenerationSwitch generations;
    private long node;

    @BeforeEach
    void aShippedFile() throws IOException {
        Files.createDirectories(temp.resolve("shipped/etc"));
        Files.writeString(temp.resolve("shipped/etc/conf"), "shipped");
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        Path file = store.generation("1", Map.of("x", List.of(store.layer(temp.resolve("shipped")))));
        union = Union.over(hooked(new FakeBacking(store.state())), new Ownership.Recorded(), Clock.systemUTC());
        generations = union.generations(
                new ManifestLayers(store.state(), union.numbers()),
                new WritableTables(store.state()),
                new NoKernel(),
                Succession.NONE);
        generations.apply(Generation.parse(Files.readString(file)));
        node = NodeId.MOUNT;
        Stat stat = new Stat();
        for (String name : List.of("x", "etc", "conf")) {
            assertThat(union.reader().lookup(node, name, stat)).isEqualTo(Status.OK);
            node = stat.node;
        }
    }

    private Backing hooked(Backing backing) {
        return (Backing) Proxy.newProxyInstance(
                Backing.class.getClassLoader(), new Class<?>[] {Backing.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("replace")) {
                        justBeforeReplaced.run();
                    }
                    return method.invoke(backing, arguments);
                });
    }

    @AfterEach
    void close() {
        generations.close();
    }

    private void copy() throws BackingFailure {
        int reader = union.content().open(node, false, false);
        union.content().resize(node, 1);
        union.content().release(node, reader);
    }

    /** Else the kernel would be given the shipped object to write to. */
    @Test
    void aFileIsNotPassedOnBeforeWhoeverHasItOpenHasTheCopy() throws Exception {
        List<Boolean> passable = new ArrayList<>();
        justBeforeReplaced = () -> passable.add(union.content().isPassable(node));
        copy();
        assertThat(passable).containsExactly(false);
        assertThat(union.content().isPassable(node)).isTrue();
    }

    /** Else it would write to the shared descriptor while that is still the shipped object's. */
    @Test
    void aSecondWriterWaitsUntilWhoeverHasItOpenHasTheCopy() throws Exception {
        CompletableFuture<Void> written = new CompletableFuture<>();
        Thread second = new Thread(() -> {
            try {
                union.content().resize(node, 2);
                written.complete(null);
            } catch (BackingFailure e) {
                written.completeExceptionally(e);
            }
        });
        List<Boolean> wasWritten = new ArrayList<>();
        justBeforeReplaced = () -> {
            second.start();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> written.isDone() || second.getState() == Thread.State.WAITING);
            wasWritten.add(written.isDone());
        };
        copy();
        written.join();
        assertThat(wasWritten).containsExactly(false);
    }
}

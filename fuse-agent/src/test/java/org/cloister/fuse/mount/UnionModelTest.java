package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.RandomOperations;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random operations on the union in memory and on a plain directory answer and end up the same. */
class UnionModelTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theUnionBehavesLikeAPlainDirectory(long seed, @TempDir Path temp) throws IOException {
        DirectoryTree model = shipped(temp.resolve("model"));
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("model"));
        Path file = store.generation("1", Map.of("x", List.of(layer)));
        FakeBacking backing = new FakeBacking(store.state());
        MemoryTree union = MemoryTree.inMemory(store.state(), backing);
        union.show(Generation.parse(Files.readString(file)));
        assertThat(union.snapshot()).isEqualTo(model.snapshot());
        new RandomOperations(union, model, seed).run(1500, 25);
        assertThat(union.union().content().openFiles()).isZero();
        union.generations().close();
        assertThat(backing.openDescriptors()).isZero();
    }

    static DirectoryTree shipped(Path directory) throws IOException {
        Files.createDirectories(directory);
        DirectoryTree tree = new DirectoryTree(directory);
        DirectoryTree.LIBC.umask(022);
        RandomOperations.ship(tree);
        return tree;
    }
}

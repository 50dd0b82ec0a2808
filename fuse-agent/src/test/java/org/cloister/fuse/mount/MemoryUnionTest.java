package org.cloister.fuse.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.Generation;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.FakeBacking;
import org.cloister.fuse.fixture.FileTree;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The contract on the union in memory. */
class MemoryUnionTest extends UnionContract {
    @TempDir
    Path temp;

    private MemoryTree union;

    @BeforeEach
    void show() throws IOException {
        UnionModelTest.shipped(temp.resolve("shipped"));
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("shipped"));
        Path file = store.generation("1", Map.of("x", List.of(layer)));
        union = MemoryTree.inMemory(store.state(), new FakeBacking(store.state()));
        union.show(Generation.parse(Files.readString(file)));
    }

    @AfterEach
    void close() {
        union.generations().close();
    }

    @Override
    FileTree tree() {
        return union;
    }
}

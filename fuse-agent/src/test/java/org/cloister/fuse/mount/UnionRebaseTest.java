package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.Generation;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.RandomOperations;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was written, when the layers below it change: while it is shown, and between two starts. */
class UnionRebaseTest {
    @TempDir
    Path temp;

    private StoreFixture store;
    private DirectoryTree model;
    private Generation first;
    /** Other content under the same names, more names, nothing taken away. */
    private Generation richer;
    /** Nothing but {@code etc} and a file where a directory was. */
    private Generation poorer;

    @BeforeEach
    void ship() throws IOException {
        store = new StoreFixture(temp.resolve("state"));
        model = UnionModelTest.shipped(temp.resolve("model"));
        first = generation("1", "model");
        DirectoryTree more = UnionModelTest.shipped(temp.resolve("more"));
        for (String path : List.of("etc/conf", "usr/lib/a", "usr/share/x/b", "usr/share/hard1", "usr/share/x/more")) {
            more.write(path, 1, "newer".getBytes(StandardCharsets.UTF_8));
        }
        richer = generation("2", "more");
        DirectoryTree less = new DirectoryTree(Files.createDirectories(temp.resolve("less")));
        less.makeDirectory("etc", 0755);
        less.write("usr", 0, new byte[] {1});
        poorer = generation("3", "less");
    }

    private Generation generation(String name, String directory) throws IOException {
        Path file = store.generation(name, Map.of("x", List.of(store.layer(temp.resolve(directory)))));
        return Generation.parse(Files.readString(file));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {11, 12, 13, 14, 15, 16})
    void anUpgradeAndItsRollbackLeaveWhatWasWritten(long seed) throws IOException {
        MemoryTree union = shown(first);
        new RandomOperations(union, model, seed).run(150, 50);
        union.show(richer);
        union.snapshot();
        union.show(first);
        // "usr/share/x/more" was never shipped here, so it can't be seen again.
        assertThat(RandomOperations.differences(union.snapshot(), model.snapshot()))
                .isEmpty();
        union.generations().close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24})
    void theSameBetweenTwoStarts(long seed) throws IOException {
        MemoryTree union = shown(first);
        new RandomOperations(union, model, seed).run(150, 50);
        union.generations().close();
        MemoryTree upgraded = shown(richer);
        var after = upgraded.snapshot();
        upgraded.generations().close();
        MemoryTree again = shown(richer);
        assertThat(RandomOperations.differences(again.snapshot(), after)).isEmpty();
        again.show(first);
        assertThat(RandomOperations.differences(again.snapshot(), model.snapshot()))
                .isEmpty();
        again.generations().close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33, 34})
    void whatWasWrittenSurvivesWhenThePackageIsAlmostGone(long seed) throws IOException {
        MemoryTree union = shown(first);
        new RandomOperations(union, model, seed).run(100, 50);
        union.write("usr/share/x/mine", 0, "mine".getBytes(StandardCharsets.UTF_8));
        union.makeDirectory("usr", 0755);
        boolean there = union.snapshot().containsKey("usr/share/x/mine");
        union.show(poorer);
        var after = union.snapshot();
        assertThat(after.containsKey("usr/share/x/mine")).isEqualTo(there);
        union.generations().close();
        MemoryTree again = shown(poorer);
        assertThat(RandomOperations.differences(again.snapshot(), after)).isEmpty();
        again.generations().close();
    }

    @Test
    void anEditedFileIsKeptAndAnUntouchedOneIsUpgraded() throws IOException {
        MemoryTree union = shown(first);
        union.write("etc/conf", 0, "E".getBytes(StandardCharsets.UTF_8));
        union.changeMode("usr/lib/a", 0700);
        union.rename("usr/share/x/b", "tmp/moved");
        union.show(richer);
        assertThat(new String(union.read("etc/conf"), StandardCharsets.UTF_8)).isEqualTo("Ehipped\n");
        assertThat(union.read("usr/lib/a")).startsWith(0, 'n', 'e', 'w', 'e', 'r');
        assertThat(union.snapshot().get("usr/lib/a")).startsWith("f 700 1 5000");
        assertThat(union.read("tmp/moved")).as("what was moved is the user's").isEqualTo(new byte[] {9});
        assertThat(union.snapshot()).doesNotContainKey("usr/share/x/b").containsKey("usr/share/x/more");
        union.generations().close();
    }

    @Test
    void aMovedDirectoryKeepsItsContent() throws IOException {
        MemoryTree union = shown(first);
        union.rename("usr/share", "kept");
        union.show(poorer);
        assertThat(union.read("kept/x/b")).isEqualTo(new byte[] {9});
        assertThat(union.read("kept/hard1")).isEqualTo(new byte[] {7, 7});
        assertThat(union.read("usr")).isEqualTo(new byte[] {1});
        union.generations().close();
    }

    private MemoryTree shown(Generation generation) throws IOException {
        MemoryTree union = MemoryTree.onDisk(store.state());
        union.show(generation);
        return union;
    }
}

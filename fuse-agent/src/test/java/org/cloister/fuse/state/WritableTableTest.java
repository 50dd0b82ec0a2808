package org.cloister.fuse.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.StampedLock;
import org.cloister.events.RootName;
import org.cloister.fuse.tree.Attributes;
import org.cloister.fuse.tree.LowerTree;
import org.cloister.fuse.tree.Mode;
import org.cloister.fuse.tree.NodeWriter;
import org.cloister.fuse.tree.Numbers;
import org.cloister.fuse.tree.Outcome;
import org.cloister.fuse.tree.SavedTree;
import org.cloister.fuse.tree.UnionTree;
import org.cloister.fuse.tree.UnionWriter;
import org.cloister.fuse.tree.UnionWriter.Birth;
import org.cloister.fuse.tree.UpperNode;
import org.cloister.fuse.union.Writable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WritableTableTest {
    private static final RootName ROOT = new RootName("x");

    @TempDir
    Path state;

    private final List<Long> reclaimed = new ArrayList<>();
    private WritableTables tables;
    private Writable table;
    private UnionTree tree;
    private UnionWriter writer;

    @BeforeEach
    void open() throws IOException {
        tables = new WritableTables(state);
        table = tables.open(ROOT, 0, new StampedLock(), gone -> reclaimed.add(gone.id()));
        tree = table.saved().over(LowerTree.stack(new Numbers(), List.of()), table.journal());
        writer = new UnionWriter(tree);
    }

    private UpperNode create(long directory, String name, int mode) {
        Outcome made = writer.create(directory, name, new Birth(mode, 1, 2, 0, null), 5);
        assertThat(made).isInstanceOf(UpperNode.class);
        return (UpperNode) made;
    }

    private SavedTree reopened() throws IOException {
        table.close();
        Writable again = tables.open(ROOT, 0, new StampedLock(), gone -> {});
        again.close();
        return again.saved();
    }

    @Test
    void nothingIsMadeOnDiskForARootThatNobodyWritesTo() throws IOException {
        table.sync();
        table.close();
        assertThat(state.resolve("writable/x")).doesNotExist();
    }

    @Test
    void everyAttributeComesBack() throws IOException {
        UpperNode file = create(UnionTree.TOP, "f\u00ff\u0001", Mode.FILE | 04755);
        new NodeWriter(tree).setTimes(file, -1_500_000_000L, 123_456_789_012_345_678L, 9);
        new NodeWriter(tree).setAttributes(file, Attributes.of(Map.of("user.\u00e9", new byte[] {0, -1})), 11);
        create(UnionTree.TOP, "d", Mode.DIRECTORY | 02755);
        SavedTree saved = reopened();
        assertThat(saved.names()).extracting("name").containsExactlyInAnyOrder("f\u00ff\u0001", "d");
        var node = saved.nodes().stream()
                .filter(n -> n.id() == file.id())
                .findFirst()
                .orElseThrow();
        assertThat(node.atime()).isEqualTo(-1_500_000_000L);
        assertThat(node.mtime()).isEqualTo(123_456_789_012_345_678L);
        assertThat(node.ctime()).isEqualTo(11);
        assertThat(node.mode()).isEqualTo(Mode.FILE | 04755);
        assertThat(List.of(node.uid(), node.gid())).containsExactly(1, 2);
        assertThat(node.attributes()).isEqualTo(Attributes.of(Map.of("user.\u00e9", new byte[] {0, -1})));
    }

    @Test
    void contentIsReclaimedOnlyWhenTheDeletionIsDurable() throws IOException {
        UpperNode file = create(UnionTree.TOP, "f", Mode.FILE | 0644);
        table.sync();
        assertThat(writer.unlink(UnionTree.TOP, "f", 7)).isSameAs(file);
        assertThat(reclaimed).isEmpty();
        table.sync();
        assertThat(reclaimed).containsExactly(file.id());
        assertThat(reopened().names()).isEmpty();
    }

    @Test
    void anIdIsNeverUsedAgain() throws IOException {
        UpperNode file = create(UnionTree.TOP, "f", Mode.FILE | 0644);
        table.sync();
        writer.unlink(UnionTree.TOP, "f", 7);
        SavedTree saved = reopened();
        assertThat(saved.lastId()).isGreaterThanOrEqualTo(file.id());
    }

    @Test
    void namesOfARemovedDirectoryGoWithIt() throws IOException {
        UpperNode directory = create(UnionTree.TOP, "d", Mode.DIRECTORY | 0755);
        create(directory.local(), "f", Mode.FILE | 0644);
        writer.unlink(directory.local(), "f", 7);
        writer.removeDirectory(UnionTree.TOP, "d", 8);
        SavedTree saved = reopened();
        assertThat(saved.names()).isEmpty();
        assertThat(saved.nodes()).hasSize(1);
    }

    @Test
    void contentThatNoNodeNamesIsDeletedAtTheNextStart() throws IOException {
        UpperNode file = create(UnionTree.TOP, "f", Mode.FILE | 0644);
        Path data = Files.createDirectories(state.resolve("writable/x/data"));
        Files.writeString(data.resolve(Long.toString(file.id())), "12345");
        Files.writeString(data.resolve("777"), "orphan");
        SavedTree saved = reopened();
        assertThat(data.resolve("777")).doesNotExist();
        assertThat(saved.nodes().stream()
                        .filter(n -> n.id() == file.id())
                        .findFirst()
                        .orElseThrow()
                        .size())
                .as("the backing file knows its size best")
                .isEqualTo(5);
    }

    @Test
    void aTableOfAnotherVersionIsRefused() throws IOException, SQLException {
        create(UnionTree.TOP, "f", Mode.FILE | 0644);
        table.close();
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + state.resolve("writable/x/nodes.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA user_version = 99");
        }
        assertThatThrownBy(() -> tables.open(ROOT, 0, new StampedLock(), gone -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void whatIsForgottenIsGone() throws IOException {
        create(UnionTree.TOP, "f", Mode.FILE | 0644);
        table.close();
        tables.delete(ROOT);
        assertThat(state.resolve("writable/x")).doesNotExist();
    }
}

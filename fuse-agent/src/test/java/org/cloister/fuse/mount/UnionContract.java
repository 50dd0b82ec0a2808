package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import org.cloister.fuse.fixture.FileTree;
import org.junit.jupiter.api.Test;

/** What every union is held to: in memory, and through the kernel. The shipped tree is {@code RandomOperations.ship}. */
abstract class UnionContract {
    private static final int EEXIST = 17;
    private static final int ENOENT = 2;
    private static final int ENOTDIR = 20;
    private static final int EISDIR = 21;
    private static final int ENOTEMPTY = 39;
    private static final int EPERM = 1;
    private static final int ENAMETOOLONG = 36;

    abstract FileTree tree() throws IOException;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private String text(String path) throws IOException {
        return new String(tree().read(path), StandardCharsets.UTF_8);
    }

    private SortedMap<String, String> snapshot() throws IOException {
        return tree().snapshot();
    }

    @Test
    void aShippedFileIsCopiedUpWhenItIsWritten() throws IOException {
        assertThat(tree().write("etc/conf", 8, bytes("more"))).isZero();
        assertThat(text("etc/conf")).isEqualTo("shipped\nmore");
    }

    @Test
    void aWriteThroughOneHardLinkIsSeenThroughTheOther() throws IOException {
        assertThat(tree().write("usr/lib/hard2", 0, bytes("xy"))).isZero();
        assertThat(text("usr/share/hard1")).isEqualTo("xy");
        assertThat(snapshot().get("usr/share/hard1")).contains(" 2 ").endsWith(" = usr/lib/hard2");
    }

    @Test
    void aNewNameOfAShippedFileIsTheSameInode() throws IOException {
        assertThat(tree().link("etc/conf", "tmp/conf")).isZero();
        assertThat(tree().write("tmp/conf", 0, bytes("S"))).isZero();
        assertThat(text("etc/conf")).isEqualTo("Shipped\n");
        assertThat(tree().unlink("etc/conf")).isZero();
        assertThat(snapshot().get("tmp/conf")).startsWith("f 644 1 8");
    }

    @Test
    void aDeletedShippedFileStaysDeletedAndItsNameIsFree() throws IOException {
        assertThat(tree().unlink("etc/conf")).isZero();
        assertThat(tree().unlink("etc/conf")).isEqualTo(ENOENT);
        assertThat(snapshot()).doesNotContainKey("etc/conf");
        assertThat(tree().makeDirectory("etc/conf", 0755)).isZero();
        assertThat(snapshot().get("etc/conf")).startsWith("d");
    }

    @Test
    void aDirectoryMadeWhereAShippedOneWasIsEmpty() throws IOException {
        assertThat(tree().removeDirectory("usr/share/x")).isEqualTo(ENOTEMPTY);
        assertThat(tree().unlink("usr/share/x/b")).isZero();
        assertThat(tree().removeDirectory("usr/share/x")).isZero();
        assertThat(tree().makeDirectory("usr/share/x", 0700)).isZero();
        assertThat(snapshot()).doesNotContainKey("usr/share/x/b").containsEntry("usr/share/x", "d 700 2 ");
    }

    @Test
    void aShippedDirectoryIsRenamedWithAllThatIsInIt() throws IOException {
        assertThat(tree().write("usr/share/x/new", 0, bytes("n"))).isZero();
        assertThat(tree().rename("usr/share", "moved")).isZero();
        assertThat(snapshot()).doesNotContainKey("usr/share").containsKeys("moved/x/b", "moved/x/new", "moved/hard1");
        assertThat(tree().write("moved/x/b", 1, bytes("z"))).isZero();
        assertThat(tree().rename("moved", "usr/share")).isZero();
        assertThat(text("usr/share/x/b")).isEqualTo("\tz");
        assertThat(snapshot().get("usr")).startsWith("d 755 4");
    }

    @Test
    void renameReplacesWhatMayBeReplaced() throws IOException {
        assertThat(tree().rename("etc/conf", "usr/lib/a")).isZero();
        assertThat(text("usr/lib/a")).isEqualTo("shipped\n");
        assertThat(tree().rename("usr/lib/a", "usr/share")).isEqualTo(EISDIR);
        assertThat(tree().rename("usr/share", "usr/lib/a")).isEqualTo(ENOTDIR);
        assertThat(tree().rename("etc", "usr")).isEqualTo(ENOTEMPTY);
        assertThat(tree().rename("usr/share", "tmp")).isZero();
        assertThat(tree().rename("missing", "tmp/q")).isEqualTo(ENOENT);
    }

    @Test
    void renamingToAnotherNameOfTheSameInodeDoesNothing() throws IOException {
        assertThat(tree().rename("usr/lib/hard2", "usr/share/hard1")).isZero();
        assertThat(snapshot()).containsKeys("usr/lib/hard2", "usr/share/hard1");
    }

    @Test
    void refusalsAreThoseOfLinux() throws IOException {
        assertThat(tree().makeDirectory("etc", 0755)).isEqualTo(EEXIST);
        assertThat(tree().makeDirectory("etc/conf/x", 0755)).isEqualTo(ENOTDIR);
        assertThat(tree().link("etc", "tmp/etc")).isEqualTo(EPERM);
        assertThat(tree().unlink("etc")).isEqualTo(EISDIR);
        assertThat(tree().removeDirectory("etc/conf")).isEqualTo(ENOTDIR);
        assertThat(tree().write("x".repeat(256), 0, bytes("x"))).isEqualTo(ENAMETOOLONG);
        assertThat(tree().write("x".repeat(255), 0, bytes("x"))).isZero();
    }

    @Test
    void truncationCutsAndExtends() throws IOException {
        assertThat(tree().truncate("etc/conf", 4)).isZero();
        assertThat(text("etc/conf")).isEqualTo("ship");
        assertThat(tree().truncate("etc/conf", 6)).isZero();
        assertThat(tree().read("etc/conf")).isEqualTo(new byte[] {'s', 'h', 'i', 'p', 0, 0});
        assertThat(tree().truncate("usr/lib/a", 0)).isZero();
        assertThat(tree().read("usr/lib/a")).isEmpty();
    }

    @Test
    void aLinkCanStandWhereAFileWas() throws IOException {
        assertThat(tree().unlink("usr/lib/a")).isZero();
        assertThat(tree().symbolicLink("../share/x", "usr/lib/a")).isZero();
        assertThat(snapshot()).containsEntry("usr/lib/a", "l 777 1 ../share/x");
        assertThat(tree().symbolicLink("x", "usr/link")).isEqualTo(EEXIST);
    }

    @Test
    void modesAreKeptAndContentIsNotCopiedForThem() throws IOException {
        assertThat(tree().changeMode("usr/lib/lib", 04711)).isZero();
        assertThat(snapshot().get("usr/lib/lib")).startsWith("f 4711 1 6");
        assertThat(tree().read("usr/lib/lib")).isEqualTo(new byte[] {0, 0, 0, 1, 2, 3});
    }

    @Test
    void aHundredThousandNamesInOneDirectory() throws IOException {
        int many = manyNames();
        assertThat(tree().makeDirectory("tmp/many", 0755)).isZero();
        for (int i = 0; i < many; i++) {
            assertThat(tree().symbolicLink("t", "tmp/many/" + i)).isZero();
        }
        assertThat(snapshot().subMap("tmp/many/", "tmp/many0")).hasSize(many);
        for (int i = 0; i < many; i += 2) {
            assertThat(tree().unlink("tmp/many/" + i)).isZero();
        }
        assertThat(snapshot().subMap("tmp/many/", "tmp/many0")).hasSize(many / 2);
    }

    /** Fewer where each costs a system call through a real mount. */
    int manyNames() {
        return 100_000;
    }
}

package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.FileTree;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract through the kernel, and what only a real mount can show. One daemon; every test resets its root. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class MountedUnionIT extends UnionContract {
    private static final int OPEN_READ_WRITE = 2;
    private static final int CREATE = 0100;
    private static final int XATTR_CREATE = 1;
    private static final int XATTR_REPLACE = 2;
    private static final int EEXIST = 17;
    private static final int ENODATA = 61;
    private static final int NOBODY = 65_534;

    @TempDir
    static Path temp;

    private Daemon daemon;

    /** Options of the daemon that say how to mount. */
    abstract String[] options();

    @BeforeAll
    void start() throws IOException {
        UnionModelTest.shipped(temp.resolve("shipped"));
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("shipped"));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        daemon = Daemon.start(temp.resolve("state"), temp.resolve("mount"), options());
    }

    @AfterAll
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    @AfterEach
    void reset() throws IOException {
        assertThat(daemon.ask("{\"op\":\"reset\",\"root\":\"x\"}").path("ok").asBoolean())
                .isTrue();
        assertThat(tree().snapshot())
                .as("after reset")
                .isEqualTo(new DirectoryTree(temp.resolve("shipped")).snapshot());
        assertThat(daemon.ask("{\"op\":\"diff\",\"root\":\"x\"}").path("changes"))
                .isEmpty();
    }

    @Override
    FileTree tree() {
        return new DirectoryTree(daemon.root("x"));
    }

    @Override
    int manyNames() {
        return 10_000;
    }

    private Path at(String path) {
        return daemon.root("x").resolve(path);
    }

    @Test
    void whoHasAShippedFileOpenSeesWhatIsWrittenToIt() throws IOException {
        try (FileChannel reader = FileChannel.open(at("etc/conf"))) {
            MappedByteBuffer mapped = reader.map(FileChannel.MapMode.READ_ONLY, 0, 8);
            assertThat(mapped.get(0)).isEqualTo((byte) 's');
            try (FileChannel writer = FileChannel.open(at("etc/conf"), StandardOpenOption.WRITE)) {
                writer.write(ByteBuffer.wrap(new byte[] {'S'}), 0);
            }
            ByteBuffer again = ByteBuffer.allocate(1);
            reader.read(again, 0);
            assertThat(again.get(0)).isEqualTo((byte) 'S');
            assertThat(mapped.get(0)).isEqualTo((byte) 'S');
        }
    }

    @Test
    void anUnlinkedOpenFileWorksUntilItIsClosed() throws IOException {
        int descriptor =
                DirectoryTree.LIBC.open(DirectoryTree.bytes(at("tmp/gone").toString()), OPEN_READ_WRITE | CREATE, 0600);
        assertThat(descriptor).isPositive();
        Files.delete(at("tmp/gone"));
        byte[] bytes = {1, 2, 3};
        assertThat(DirectoryTree.LIBC.pwrite(descriptor, bytes, 3, 0)).isEqualTo(3);
        assertThat(DirectoryTree.LIBC.fchmod(descriptor, 0640)).isZero();
        Path self = Path.of("/proc/self/fd/" + descriptor);
        assertThat(Files.getAttribute(self, "unix:nlink")).isEqualTo(0);
        assertThat(Files.size(self)).isEqualTo(3);
        assertThat(Files.readAllBytes(self)).isEqualTo(bytes);
        assertThat(DirectoryTree.LIBC.fsync(descriptor)).isZero();
        assertThat(DirectoryTree.LIBC.close(descriptor)).isZero();
        assertThat(Files.exists(at("tmp/gone"))).isFalse();
    }

    @Test
    void inodeNumbersStayThroughCopyUpAndRename() throws IOException {
        Object before = Files.getAttribute(at("etc/conf"), "unix:ino");
        Files.writeString(at("etc/conf"), "changed");
        assertThat(Files.getAttribute(at("etc/conf"), "unix:ino")).isEqualTo(before);
        Files.move(at("etc/conf"), at("tmp/conf"));
        assertThat(Files.getAttribute(at("tmp/conf"), "unix:ino")).isEqualTo(before);
    }

    @Test
    void aNameOfAnyBytesSurvives() throws IOException, InterruptedException {
        String script =
                "cd " + at("tmp") + " && printf x > \"$(printf 'a\\377\\200b')\" && ls | od -An -c | tr -d ' \\n'";
        assertThat(sh(script)).isEqualTo("a377200b\\n");
        JsonNode changes = daemon.ask("{\"op\":\"diff\",\"root\":\"x\"}").path("changes");
        assertThat(changes.toString()).contains("\"pathBytes\":\"dG1wL2H/gGI=\"");
        assertThat(sh("rm " + at("tmp") + "/a*b && ls " + at("tmp"))).isEmpty();
    }

    private static String sh(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    @Test
    void appendingProgramsDoNotOverwriteEachOther() throws Exception {
        String loop = "for i in $(seq 200); do echo line >> " + at("tmp/log") + "; done";
        sh("(" + loop + ") & (" + loop + ") & wait");
        assertThat(Files.readAllLines(at("tmp/log"))).hasSize(400).containsOnly("line");
    }

    @Test
    void aSparseFileHasHolesAndItsSize() throws IOException {
        try (FileChannel file =
                FileChannel.open(at("tmp/sparse"), StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            file.write(ByteBuffer.wrap(new byte[] {1}), 1L << 33);
        }
        assertThat(Files.size(at("tmp/sparse"))).isEqualTo((1L << 33) + 1);
    }

    @Test
    void extendedAttributesAreKeptOnShippedFiles() throws IOException {
        byte[] path = DirectoryTree.bytes(at("usr/lib/lib").toString());
        byte[] name = DirectoryTree.bytes("user.note");
        assertThat(DirectoryTree.LIBC.setxattr(path, name, new byte[] {5, 6}, 2, 0))
                .isZero();
        byte[] value = new byte[8];
        assertThat(DirectoryTree.LIBC.getxattr(path, name, value, 8)).isEqualTo(2);
        assertThat(value).startsWith(5, 6);
        assertThat(daemon.ask("{\"op\":\"diff\",\"root\":\"x\"}").toString()).contains("\"user.note\":\"BQY=\"");
    }

    private int note(String path, int flags) {
        return DirectoryTree.errno(DirectoryTree.LIBC.setxattr(
                DirectoryTree.bytes(at(path).toString()), DirectoryTree.bytes("user.note"), new byte[] {1}, 1, flags));
    }

    @Test
    void anAttributeThatMustBeNewAndOneThatMustBeThereAreTakenAtTheirWord() {
        for (String path : List.of("usr/lib/lib", "tmp")) {
            assertThat(note(path, XATTR_REPLACE)).isEqualTo(ENODATA);
            assertThat(note(path, XATTR_CREATE | XATTR_REPLACE)).isEqualTo(ENODATA);
            assertThat(note(path, XATTR_CREATE)).isZero();
            assertThat(note(path, XATTR_CREATE)).isEqualTo(EEXIST);
            assertThat(note(path, XATTR_CREATE | XATTR_REPLACE)).isEqualTo(EEXIST);
            assertThat(note(path, XATTR_REPLACE)).isZero();
        }
    }

    /** The kernel's clock ticks: it is asked until the next tick at most. */
    @Test
    void changingTheOwnerToNobodyMovesTheTimeOfChange() throws IOException {
        for (String path : List.of("etc/conf", "usr", "usr/lib/a")) {
            byte[] name = DirectoryTree.bytes(at(path).toString());
            Object before = Files.getAttribute(at(path), "unix:ctime");
            await().until(() -> DirectoryTree.LIBC.chown(name, -1, -1) == 0
                    && !Files.getAttribute(at(path), "unix:ctime").equals(before));
        }
    }

    @Test
    void whatAnOrdinaryUserWritesToIsNoLongerSetUserId() throws IOException, InterruptedException {
        Assumptions.assumeTrue(
                DirectoryTree.LIBC.chown(DirectoryTree.bytes(temp.toString()), 0, 0) == 0,
                "skipped: only root can become another user");
        for (String how : List.of(
                "echo x >>\"$1\"",
                "truncate -s 1 \"$1\"",
                "dd if=/dev/zero of=\"$1\" bs=1 count=1 conv=notrunc status=none")) {
            for (String path : List.of("etc/conf", "tmp/new")) {
                Files.writeString(at(path), "some");
                assertThat(DirectoryTree.LIBC.chown(DirectoryTree.bytes(at(path).toString()), 0, NOBODY))
                        .isZero();
                assertThat(tree().changeMode(path, 06777)).isZero();
                sh("chmod 755 " + temp + " && setpriv --reuid=" + NOBODY + " --regid=" + NOBODY
                        + " --clear-groups sh -c '" + how + "' sh " + at(path));
                assertThat((int) Files.getAttribute(at(path), "unix:mode") & 07777)
                        .as("%s, %s", how, path)
                        .isEqualTo(0777);
            }
        }
    }

    @Test
    void rootsDoNotSeeEachOther() throws IOException {
        Files.writeString(at("tmp/mine"), "x");
        Files.writeString(at("etc/conf"), "x's");
        assertThat(Files.exists(daemon.root("y").resolve("tmp/mine"))).isFalse();
        assertThat(Files.readString(daemon.root("y").resolve("etc/conf"))).isEqualTo("shipped\n");
        assertThat(DirectoryTree.errno(DirectoryTree.LIBC.rename(
                        DirectoryTree.bytes(at("tmp/mine").toString()),
                        DirectoryTree.bytes(daemon.root("y").resolve("tmp/mine").toString()))))
                .as("across roots, as across file systems")
                .isEqualTo(18);
        assertThat(DirectoryTree.errno(DirectoryTree.LIBC.mkdir(
                        DirectoryTree.bytes(daemon.mount().resolve("new").toString()), 0755)))
                .as("the top of the mount belongs to the generation")
                .isEqualTo(1);
    }

    @Test
    void resetOfOnePathLeavesTheRest() throws IOException {
        Files.writeString(at("etc/conf"), "mine");
        Files.delete(at("usr/lib/a"));
        Files.writeString(at("tmp/new"), "new");
        JsonNode answer = daemon.ask("{\"op\":\"reset\",\"root\":\"x\",\"paths\":[\"etc/conf\",\"usr/lib/a\"]}");
        assertThat(answer.path("ok").asBoolean()).as(answer.toString()).isTrue();
        assertThat(Files.readString(at("etc/conf"))).isEqualTo("shipped\n");
        assertThat(Files.size(at("usr/lib/a"))).isEqualTo(5000);
        assertThat(Files.readString(at("tmp/new"))).isEqualTo("new");
    }

    @Test
    void aDamagedObjectGivesAnErrorAndNeverItsBytes() throws IOException {
        Path root = daemon.root("y");
        Path object = temp.resolve("state")
                .resolve(org.cloister.events.layer.StoreLayout.object(
                        org.cloister.events.Digest.of(Files.readAllBytes(temp.resolve("shipped/usr/lib/lib")))));
        byte[] whole = Files.readAllBytes(object);
        Files.write(object, new byte[] {0, 0, 0, 1, 2, 4});
        assertThat(org.assertj.core.api.Assertions.catchThrowable(
                        () -> Files.readAllBytes(root.resolve("usr/lib/lib"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Input/output error");
        JsonNode verified = daemon.ask("{\"op\":\"verify\",\"root\":\"y\"}");
        assertThat(verified.path("damaged")).hasSize(1);
        assertThat(verified.path("damaged").path(0).path("path").asText()).isEqualTo("usr/lib/lib");
        assertThat(daemon.ask("{\"op\":\"stats\"}").path("damaged")).hasSize(1);
        Path repaired = Files.write(temp.resolve("repaired"), whole);
        Files.move(repaired, object, StandardCopyOption.REPLACE_EXISTING);
        assertThat(Files.readAllBytes(root.resolve("usr/lib/lib"))).isEqualTo(whole);
        assertThat(daemon.ask("{\"op\":\"stats\"}").path("damaged")).isEmpty();
    }
}

package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The disk of the writable layers has no room left. */
class FullDiskIT {
    private static final int ENOENT = 2;
    private static final int ENOSPC = 28;
    private static final int OPEN_WRITE_CREATE = 0101;
    private static final int LARGE_MEBIBYTES = 6 << 10;
    private static final int MEBIBYTES = 64;
    private static final int BIG = 3 << 20;
    private static final int SHIPPED = 2000;

    enum Disk {
        EXT4,
        TMPFS
    }

    @TempDir
    Path temp;

    private SmallDisk disk;
    private Daemon daemon;
    private byte[] big;

    private void start(Disk kind) throws IOException, InterruptedException {
        startOn(kind == Disk.EXT4 ? SmallDisk.ext4(temp, MEBIBYTES) : SmallDisk.tmpfs(temp, MEBIBYTES));
    }

    private void startOn(SmallDisk made) throws IOException, InterruptedException {
        disk = made;
        Path shipped = Files.createDirectories(temp.resolve("shipped/many")).getParent();
        big = new byte[BIG];
        new Random(1).nextBytes(big);
        Files.write(shipped.resolve("big"), big);
        for (int i = 0; i < SHIPPED; i++) {
            Files.createFile(shipped.resolve("many/" + i));
        }
        StoreFixture store = new StoreFixture(disk.directory().resolve("state"));
        LayerId layer = store.layer(shipped);
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        daemon = Daemon.start(store.state(), temp.resolve("mount"), "--mount-adapter", "kernel");
    }

    /** A disk of a host, of which a fiftieth is the host's. */
    @Test
    void aRootThatFillsTheDiskLeavesSomeToTheHost() throws Exception {
        startOn(SmallDisk.ext4(temp, LARGE_MEBIBYTES));
        long kept = disk.directory().toFile().getTotalSpace() / 50;
        disk.fillTo(kept + (1 << 20));
        Path own = x("own");
        assertThat(write(own, new byte[1])).isZero();
        await().untilAsserted(() -> assertThat(write(x("more"), big)).isEqualTo(ENOSPC));
        assertThat(makeDirectory(y("directory"))).as("no root adds anything").isEqualTo(ENOSPC);
        assertThat(disk.directory().toFile().getUsableSpace()).isBetween(kept / 2, kept);
        Files.write(disk.directory().resolve("of the host"), big);

        assertThat(unlink(own)).as("what is there can be deleted").isZero();
        disk.empty();
        await().untilAsserted(() -> assertThat(write(y("again"), big)).isZero());
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
        if (disk != null) {
            disk.close();
        }
    }

    private Path x(String name) {
        return daemon.root("x").resolve(name);
    }

    private Path y(String name) {
        return daemon.root("y").resolve(name);
    }

    /** Writes {@code bytes} at the end; 0, or the errno of what did not work. */
    private static int write(Path path, byte[] bytes) {
        int descriptor = DirectoryTree.LIBC.open(DirectoryTree.bytes(path.toString()), OPEN_WRITE_CREATE, 0644);
        if (descriptor < 0) {
            return DirectoryTree.errno(descriptor);
        }
        long offset = path.toFile().length();
        int errno = 0;
        for (int done = 0; errno == 0 && done < bytes.length; ) {
            byte[] rest = java.util.Arrays.copyOfRange(bytes, done, bytes.length);
            long count = DirectoryTree.LIBC.pwrite(descriptor, rest, rest.length, offset + done);
            errno = DirectoryTree.errno((int) count);
            done += (int) Math.max(0, count);
        }
        DirectoryTree.LIBC.close(descriptor);
        return errno;
    }

    private static int sync(Path path) {
        int descriptor = DirectoryTree.LIBC.open(DirectoryTree.bytes(path.toString()), 0, 0);
        int errno = DirectoryTree.errno(DirectoryTree.LIBC.fsync(descriptor));
        DirectoryTree.LIBC.close(descriptor);
        return errno;
    }

    private static int unlink(Path path) {
        return DirectoryTree.errno(DirectoryTree.LIBC.unlink(DirectoryTree.bytes(path.toString())));
    }

    private static int makeDirectory(Path path) {
        return DirectoryTree.errno(DirectoryTree.LIBC.mkdir(DirectoryTree.bytes(path.toString()), 0755));
    }

    private static int rename(Path from, Path to) {
        return DirectoryTree.errno(
                DirectoryTree.LIBC.rename(DirectoryTree.bytes(from.toString()), DirectoryTree.bytes(to.toString())));
    }

    /** Until there is no room; gives the errno. */
    private static int fill(Path path) {
        int errno = 0;
        while (errno == 0) {
            errno = write(path, new byte[1 << 20]);
        }
        return errno;
    }

    /** The kernel tells a moment after the unlink that nobody has the file open. */
    @ParameterizedTest
    @EnumSource
    void whoFillsItIsToldAndWhoUnlinksHasRoomAtOnce(Disk kind) throws IOException, InterruptedException {
        start(kind);
        assertThat(write(x("kept"), big)).isZero();
        assertThat(sync(x("kept"))).isZero();
        for (int round = 0; round < 5; round++) {
            assertThat(fill(x("fill"))).isEqualTo(ENOSPC);
            assertThat(write(y("more"), big)).isEqualTo(ENOSPC);
            assertThat(write(y("big"), new byte[1])).as("copy-up").isEqualTo(ENOSPC);
            assertThat(Files.readAllBytes(y("big"))).isEqualTo(big);
            assertThat(Files.readAllBytes(x("kept"))).isEqualTo(big);
            assertThat(unlink(y("more"))).as("there, or refused").isIn(0, ENOENT);
            assertThat(unlink(x("fill"))).isZero();
            Path after = y("after" + round);
            await().alias("round " + round).until(() -> {
                unlink(after);
                return write(after, big) == 0;
            });
            assertThat(sync(y("after" + round))).isZero();
        }
        assertThat(write(y("big"), new byte[1])).as("copy-up").isZero();
        daemon.kill();
        daemon.restart();
        assertThat(Files.readAllBytes(x("kept"))).isEqualTo(big);
        assertThat(x("fill")).doesNotExist();
        for (int round = 0; round < 5; round++) {
            assertThat(Files.readAllBytes(y("after" + round))).isEqualTo(big);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whenOthersFillItEverythingCanStillBeDeletedAndThatStays(Disk kind) throws IOException, InterruptedException {
        start(kind);
        List<Path> mine = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            mine.add(x("mine" + i));
            assertThat(write(x("mine" + i), new byte[100])).isZero();
        }
        disk.fill();
        for (int i = 0; i < SHIPPED; i++) {
            assertThat(unlink(x("many/" + i))).as("shipped %d", i).isZero();
        }
        for (Path path : mine) {
            assertThat(unlink(path)).isZero();
        }
        assertThat(rename(x("big"), x("moved"))).isZero();
        disk.fill();
        assertThat(sync(x("."))).as("what was deleted is on the disk").isZero();
        disk.fill();
        assertThat(write(x("new"), big)).isEqualTo(ENOSPC);
        daemon.kill();
        daemon.restart();
        assertThat(x("many")).isEmptyDirectory();
        assertThat(x("mine7")).doesNotExist();
        assertThat(Files.readAllBytes(x("moved"))).isEqualTo(big);
        disk.empty();
        assertThat(write(x("new"), big)).isZero();
        assertThat(makeDirectory(y("directory"))).isZero();
        assertThat(sync(x("new"))).isZero();
        assertThat(sync(y("directory"))).isZero();
        daemon.kill();
        daemon.restart();
        assertThat(Files.readAllBytes(x("new"))).isEqualTo(big);
        assertThat(y("directory")).isDirectory();
        assertThat(Files.readAllBytes(y("big"))).isEqualTo(big);
    }

    /** Names cost no content, but their rows do. */
    @ParameterizedTest
    @EnumSource
    void namesThatWereAcknowledgedAndSyncedAreThereAndTheOthersWereRefused(Disk kind)
            throws IOException, InterruptedException {
        start(kind);
        disk.fill();
        int made = 0;
        int errno = 0;
        while (errno == 0) {
            errno = makeDirectory(y("d" + made));
            made += errno == 0 ? 1 : 0;
        }
        assertThat(errno).isEqualTo(ENOSPC);
        assertThat(sync(y("."))).isIn(0, ENOSPC);
        assertThat(Files.readAllBytes(x("big"))).as("the other root").isEqualTo(big);
        assertThat(DirectoryTree.errno(DirectoryTree.LIBC.chmod(DirectoryTree.bytes(y("d0").toString()), 0700)))
                .isZero();
        disk.empty();
        assertThat(makeDirectory(y("d" + made))).as("there is room again").isZero();
        assertThat(sync(y("."))).isZero();
        daemon.kill();
        daemon.restart();
        for (int i = 0; i <= made; i++) {
            assertThat(y("d" + i)).isDirectory();
        }
    }
}

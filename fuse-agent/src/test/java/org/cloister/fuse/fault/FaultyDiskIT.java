package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the store and of the writable layers does not answer, or answers that it can't. */
class FaultyDiskIT {
    private static final int FILES = 100;

    @TempDir
    Path temp;

    /** Seconds after which a test that hangs is let go, to fail. */
    private static final long HANGS = 90;

    private final ExecutorService clients = Executors.newCachedThreadPool();
    private final ScheduledExecutorService rescue = Executors.newScheduledThreadPool(1);
    private volatile boolean hung;
    private FaultyDisk disk;
    private Daemon daemon;
    private Future<?> rescuing;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        Path shipped = Files.createDirectories(temp.resolve("shipped"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(shipped.resolve("f" + i), content(i));
        }
        StoreFixture store = new StoreFixture(Files.createDirectories(temp.resolve("real/state")));
        LayerId layer = store.layer(shipped);
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer), "z", List.of(layer)));
        store.current("1");
        disk = FaultyDisk.over(temp.resolve("real"), temp);
        daemon = Daemon.start(disk.directory().resolve("state"), temp.resolve("mount"), "--mount-adapter", "kernel");
        rescuing = rescue.schedule(
                () -> {
                    hung = true;
                    disk.mend();
                    return null;
                },
                HANGS,
                TimeUnit.SECONDS);
        for (String root : List.of("x", "y", "z")) {
            durably(daemon.root(root).resolve("before"), "before");
        }
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (rescuing != null) {
            rescuing.cancel(false);
        }
        if (disk != null) {
            disk.mend();
        }
        rescue.shutdownNow();
        clients.shutdownNow();
        if (daemon != null) {
            daemon.close();
        }
        if (disk != null) {
            disk.close();
        }
        assertThat(hung).as("something waited for the disk that must not").isFalse();
    }

    private static String content(int i) {
        return ("content " + i + "\n").repeat(1000);
    }

    private static void durably(Path path, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    private static void durably(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String object(int i) {
        return StoreLayout.object(Digest.of(content(i).getBytes(StandardCharsets.UTF_8)));
    }

    /** Everything that needs no disk, and the disk where it is not asked to wait. */
    private void worksIn(String name, String mark) throws IOException {
        Path root = daemon.root(name);
        Files.createDirectory(root.resolve("d" + mark));
        Files.move(root.resolve("d" + mark), root.resolve("e" + mark));
        durably(root.resolve("e" + mark + "/file"), mark);
        assertThat(Files.readString(root.resolve("e" + mark + "/file"))).isEqualTo(mark);
        Files.writeString(root.resolve("f7"), mark, StandardOpenOption.APPEND);
        assertThat(Files.readString(root.resolve("f7"))).startsWith(content(7)).endsWith(mark);
        Files.delete(root.resolve("f8"));
        assertThat(root.resolve("f8")).doesNotExist();
        try (Stream<Path> names = Files.list(root)) {
            assertThat(names.count()).isGreaterThan(FILES);
        }
    }

    private static String[] objects(int from, int to) {
        return IntStream.range(from, to).mapToObj(FaultyDiskIT::object).toArray(String[]::new);
    }

    /** Reads files {@code from} to {@code to} of x, a program for each. */
    private Map<Integer, Process> readers(int from, int to) throws IOException {
        Map<Integer, Process> readers = new HashMap<>();
        for (int i = from; i < to; i++) {
            Process reader = new ProcessBuilder(
                            "cat", daemon.root("x").resolve("f" + i).toString())
                    .redirectOutput(temp.resolve("read" + i).toFile())
                    .redirectError(temp.resolve("said" + i).toFile())
                    .start();
            readers.put(i, reader);
        }
        return readers;
    }

    private void awaitWhatWasAskedFor(Map<Integer, Process> readers) throws IOException, InterruptedException {
        for (Map.Entry<Integer, Process> reader : readers.entrySet()) {
            int i = reader.getKey();
            assertThat(reader.getValue().waitFor())
                    .as(() -> "f" + i + ": " + text("said" + i))
                    .isZero();
            assertThat(text("read" + i)).isEqualTo(content(i));
        }
    }

    private String text(String name) {
        try {
            return Files.readString(temp.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void supervised() throws IOException, InterruptedException {
        daemon.close();
        daemon = Daemon.supervised(
                disk.directory().resolve("state"), temp.resolve("mount"), "--mount-adapter", "kernel");
    }

    @Test
    void whoReadsFromADiskThatDoesNotAnswerHoldsNoOtherRootUpAndLosesNothingWithTheDaemon() throws Exception {
        supervised();
        disk.hold(objects(10, 30));
        Map<Integer, Process> readers = readers(10, 30);
        await().until(() -> disk.held() == readers.size());
        worksIn("y", "y");
        daemon.killSupervised();
        daemon.awaitSuccessor();
        await().until(() -> disk.held() == readers.size());
        worksIn("z", "z");
        disk.mend();
        awaitWhatWasAskedFor(readers);
        worksIn("x", "x");
    }

    /** More readers than there are workers, spare ones included: the kernel keeps what is too much for itself. */
    @Test
    void readersWithoutNumberLeaveRoomForWhatNeedsNoDisk() throws Exception {
        disk.hold(objects(10, FILES));
        Map<Integer, Process> readers = readers(10, FILES);
        await().until(() -> disk.held() >= 40);
        for (int i = 0; i < 50; i++) {
            Path made = daemon.root("y").resolve("made" + i);
            Files.createDirectory(made);
            durably(made.resolve("file"), "written");
            Files.delete(made.resolve("file"));
            Files.move(made, made.resolveSibling("moved" + i));
        }
        disk.mend();
        awaitWhatWasAskedFor(readers);
        worksIn("x", "x");
        worksIn("y", "y");
    }

    @Test
    void aClientThatIsKilledWhileItWaitsIsGoneWhenTheDiskAnswers() throws Exception {
        disk.hold(object(5));
        Process reader = new ProcessBuilder(
                        "cat", daemon.root("x").resolve("f5").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        await().until(() -> disk.held() >= 1);
        reader.destroyForcibly();
        worksIn("y", "y");
        disk.mend();
        assertThat(reader.waitFor()).as("by its signal").isEqualTo(128 + 9);
        worksIn("x", "x");
        assertThat(Files.readString(daemon.root("x").resolve("f5"))).isEqualTo(content(5));
    }

    @Test
    void aReadErrorIsTheReadersAloneAndGoesWithIt() throws Exception {
        disk.fail(object(5));
        for (String root : List.of("x", "y")) {
            assertThatThrownBy(() -> Files.readString(daemon.root(root).resolve("f5")))
                    .hasMessageContaining("Input/output error");
            worksIn(root, root);
        }
        assertThatThrownBy(() -> Files.writeString(daemon.root("x").resolve("f5"), "more", StandardOpenOption.APPEND))
                .as("copy-up")
                .hasMessageContaining("Input/output error");
        disk.mend();
        assertThat(Files.readString(daemon.root("x").resolve("f5"))).isEqualTo(content(5));
        Files.writeString(daemon.root("x").resolve("f5"), "more", StandardOpenOption.APPEND);
        assertThat(Files.readString(daemon.root("x").resolve("f5"))).isEqualTo(content(5) + "more");
    }

    @Test
    void aTableThatCanNotBeWrittenIsToldByFsyncAndLosesNothing() throws Exception {
        Path x = daemon.root("x");
        disk.fail("/writable/x/nodes.db");
        for (int i = 0; i < 50; i++) {
            Files.createDirectory(x.resolve("made" + i));
        }
        assertThatThrownBy(() -> durably(x)).hasMessageContaining("Input/output error");
        worksIn("y", "y");
        assertThat(x.resolve("made49")).isDirectory();
        disk.mend();
        durably(x);
        daemon.kill();
        daemon.restart();
        for (int i = 0; i < 50; i++) {
            assertThat(x.resolve("made" + i)).isDirectory();
        }
        assertThat(Files.readString(x.resolve("before"))).isEqualTo("before");
    }

    @Test
    void contentThatCanNotBeWrittenIsEioForItsRootAlone() throws Exception {
        Path x = daemon.root("x");
        disk.fail("/writable/x/data");
        assertThatThrownBy(() -> Files.writeString(x.resolve("new"), "new")).hasMessageContaining("Input/output error");
        assertThatThrownBy(() -> durably(x.resolve("before"), "after")).hasMessageContaining("Input/output error");
        worksIn("y", "y");
        disk.mend();
        durably(x.resolve("before"), "after!");
        assertThat(Files.readString(x.resolve("before"))).isEqualTo("after!");
    }

    /** As setquota(8) would bring about, where the kernel has quotas. */
    @Test
    void aQuotaThatIsUsedUpRefusesWhatIsAddedAndLetsEverythingBeDeleted() throws Exception {
        Path x = daemon.root("x");
        Files.writeString(x.resolve("old"), "old");
        durably(x);
        disk.useUpQuota("/writable/x/data");
        for (Path path : List.of(x.resolve("before"), x.resolve("new"), x.resolve("f5"))) {
            assertThatThrownBy(() -> durably(path, content(1))).hasMessageContaining("Disk quota exceeded");
        }
        assertThat(Files.readString(x.resolve("before"))).isEqualTo("before");
        assertThat(Files.readString(x.resolve("f5"))).isEqualTo(content(5));
        worksIn("y", "y");
        Files.delete(x.resolve("f6"));
        Files.delete(x.resolve("old"));
        disk.mend();
        worksIn("x", "x");
        daemon.kill();
        daemon.restart();
        assertThat(x.resolve("f6")).doesNotExist();
        assertThat(x.resolve("old")).doesNotExist();
        assertThat(Files.readString(x.resolve("f5"))).isEqualTo(content(5));
        assertThat(Files.readString(x.resolve("ex/file"))).isEqualTo("x");
    }
}

package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.cloister.events.Digest;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.RandomOperations;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real mount, served by a real process, against a plain directory and under kill -9. */
abstract class UnionMountIT {
    @TempDir
    Path temp;

    private Daemon daemon;
    private DirectoryTree model;

    /** Options of the daemon that say how to mount. */
    abstract String[] options();

    @BeforeEach
    void start() throws IOException {
        model = UnionModelTest.shipped(temp.resolve("model"));
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("model"));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        daemon = Daemon.start(temp.resolve("state"), temp.resolve("mount"), options());
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        daemon.close();
    }

    @Test
    void theMountBehavesLikeAPlainDirectory() throws IOException, InterruptedException {
        DirectoryTree subject = new DirectoryTree(daemon.root("x"));
        assertThat(subject.snapshot()).isEqualTo(model.snapshot());
        new RandomOperations(subject, model, 42).run(3000, 100);
        SortedMap<String, String> before = subject.snapshot();
        daemon.restart();
        assertThat(RandomOperations.differences(subject.snapshot(), before)).isEmpty();
        assertThat(new DirectoryTree(daemon.root("y")).snapshot())
                .as("the other root")
                .isEqualTo(UnionModelTest.shipped(temp.resolve("fresh")).snapshot());
    }

    @Test
    void whatWasSyncedSurvivesKillNine() throws IOException, InterruptedException {
        for (int round = 0; round < 5; round++) {
            DirectoryTree subject = new DirectoryTree(daemon.root("x"));
            new RandomOperations(subject, model, 1000 + round).run(400, 400);
            sync(daemon.root("x"));
            SortedMap<String, String> synced = subject.snapshot();
            daemon.kill();
            daemon.restart();
            assertThat(RandomOperations.differences(subject.snapshot(), synced))
                    .as("round %d", round)
                    .isEmpty();
        }
    }

    @Test
    void killNineInTheMiddleLeavesAConsistentTree() throws Exception {
        DirectoryTree subject = new DirectoryTree(daemon.root("x"));
        for (int round = 0; round < 5; round++) {
            Thread writer = new Thread(new EndlessOperations(subject, 77 + round), "writer");
            writer.start();
            Thread.sleep(300 + 70L * round); // any moment is right: the point is that it is arbitrary
            daemon.kill();
            writer.join();
            daemon.restart();
            assertThat(subject.snapshot()).isNotEmpty();
            JsonNode diff = daemon.ask("{\"op\":\"diff\",\"root\":\"x\"}");
            assertThat(diff.path("ok").asBoolean()).as(diff.toString()).isTrue();
            linksAreCounted(subject.snapshot());
        }
    }

    /** Every file has as many names as it says. */
    private static void linksAreCounted(SortedMap<String, String> snapshot) {
        snapshot.forEach((path, entry) -> {
            if (entry.startsWith("f") && !entry.contains(" = ")) {
                long others = snapshot.values().stream()
                        .filter(other -> other.endsWith(" = " + path))
                        .count();
                assertThat(Long.parseLong(entry.split(" ")[2])).as(path).isEqualTo(others + 1);
            }
        });
    }

    private static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private record EndlessOperations(DirectoryTree tree, long seed) implements Runnable {
        private static final int ENOTCONN = 107;
        private static final int ECONNABORTED = 103;
        private static final int EIO = 5;

        @Override
        public void run() {
            java.util.Random random = new java.util.Random(seed);
            int result = 0;
            for (int i = 0; result != ENOTCONN && result != ECONNABORTED && result != EIO; i++) {
                String name = "etc/n" + random.nextInt(50);
                result = switch (random.nextInt(5)) {
                    case 0 -> tree.makeDirectory(name, 0755);
                    case 1 -> tree.rename(name, "usr/n" + random.nextInt(50));
                    case 2 -> tree.link(name, "usr/n" + random.nextInt(50));
                    case 3 -> tree.unlink(name);
                    default -> tree.write(name, i % 1000, new byte[100]);
                };
            }
        }
    }

    @Test
    void switchIsVisibleAtOnce() throws IOException {
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        Path next = temp.resolve("next");
        DirectoryTree newer = UnionModelTest.shipped(next);
        newer.write("etc/conf", 0, new byte[] {'2'});
        newer.write("usr/lib/added", 0, new byte[] {'+'});
        newer.unlink("usr/lib/a");
        LayerId layer = store.layer(next);
        Path generation = store.generation("2", Map.of("x", List.of(layer), "z", List.of(layer)));
        Path root = daemon.root("x");
        assertThat(Files.exists(root.resolve("usr/lib/added"))).isFalse();
        assertThat(Files.exists(daemon.root("z"))).isFalse();
        Files.writeString(root.resolve("usr/lib/lib"), "edited");
        try (FileChannel old = FileChannel.open(root.resolve("etc/conf"))) {
            daemon.switchTo(generation);
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(8);
            old.read(bytes);
            assertThat(new String(bytes.array(), StandardCharsets.UTF_8)).isEqualTo("shipped\n");
        }
        assertThat(Files.readString(root.resolve("etc/conf"))).startsWith("2hipped");
        assertThat(Files.readString(root.resolve("usr/lib/added"))).isEqualTo("+");
        assertThat(Files.exists(root.resolve("usr/lib/a"))).isFalse();
        assertThat(Files.readString(root.resolve("usr/lib/lib"))).isEqualTo("edited");
        assertThat(Files.exists(daemon.root("z").resolve("etc/conf"))).isTrue();
        assertThat(Files.exists(daemon.root("y"))).isFalse();
    }

    @Test
    void whatIsOpenStaysReadableThroughEverySwitch() throws IOException {
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        Path old = temp.resolve("model");
        try (FileChannel open = FileChannel.open(daemon.root("x").resolve("usr/lib/a"))) {
            for (int i = 2; i < 6; i++) {
                Path next = temp.resolve("next" + i);
                DirectoryTree newer = UnionModelTest.shipped(next);
                newer.write("usr/lib/a", 0, new byte[] {(byte) i});
                newer.write("etc/conf", 0, new byte[] {(byte) i});
                daemon.switchTo(store.generation(Integer.toString(i), Map.of("x", List.of(store.layer(next)))));
                assertThat(Files.readAllBytes(daemon.root("x").resolve("usr/lib/a")))
                        .startsWith(i);
            }
            java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(5000);
            open.read(bytes);
            assertThat(bytes.array()).isEqualTo(Files.readAllBytes(old.resolve("usr/lib/a")));
            assertThat(open.size()).isEqualTo(5000);
        }
    }

    @Test
    void aRootWhoseLayerIsMissingDoesNotTakeTheOthersDown() throws IOException, InterruptedException {
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId there = store.layer(temp.resolve("model"));
        LayerId missing = new LayerId(Digest.ofText("nowhere"));
        Path broken = store.generation("2", Map.of("x", List.of(there), "y", List.of(missing)));
        Files.writeString(daemon.root("y").resolve("etc/mine"), "mine");
        assertThat(daemon.ask("{\"op\":\"switch\",\"generation\":\"" + broken + "\"}")
                        .path("error")
                        .asText())
                .contains(missing.toString());
        assertThat(Files.exists(daemon.root("y").resolve("etc/mine")))
                .as("a refused switch changes nothing")
                .isTrue();
        store.current("2");
        daemon.restart();
        assertThat(Files.exists(daemon.root("x").resolve("etc/conf"))).isTrue();
        assertThat(Files.exists(daemon.root("y"))).isFalse();
        daemon.switchTo(store.generation("3", Map.of("x", List.of(there), "y", List.of(there))));
        assertThat(Files.readString(daemon.root("y").resolve("etc/mine"))).isEqualTo("mine");
    }

    @Test
    void aSecondAgentOnTheSameStateIsRefused() throws Exception {
        Process second = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.cloister.fuse.FuseAgentMain",
                        "--state",
                        temp.resolve("state").toString(),
                        "--mount",
                        temp.resolve("mount").toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(second.waitFor()).isEqualTo(1);
        assertThat(said).contains("another fuse-agent serves this state");
        assertThat(Files.exists(daemon.root("x").resolve("etc/conf"))).isTrue();
    }

    @Test
    void aForgottenRootStartsEmptyAgain() throws IOException {
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("model"));
        Path both = store.generation("2", Map.of("x", List.of(layer), "y", List.of(layer)));
        Path one = store.generation("3", Map.of("x", List.of(layer)));
        Files.writeString(daemon.root("y").resolve("etc/mine"), "mine");
        daemon.switchTo(one);
        daemon.switchTo(both);
        assertThat(Files.exists(daemon.root("y").resolve("etc/mine")))
                .as("a root that comes back has what was written to it")
                .isTrue();
        assertThat(daemon.ask("{\"op\":\"forget\",\"root\":\"y\"}").path("ok").asBoolean())
                .isFalse();
        daemon.switchTo(one);
        assertThat(daemon.ask("{\"op\":\"forget\",\"root\":\"y\"}").path("ok").asBoolean())
                .isTrue();
        assertThat(temp.resolve("state/writable/y")).doesNotExist();
        daemon.switchTo(both);
        assertThat(Files.exists(daemon.root("y").resolve("etc/mine"))).isFalse();
        assertThat(Files.exists(daemon.root("y").resolve("etc/conf"))).isTrue();
    }
}

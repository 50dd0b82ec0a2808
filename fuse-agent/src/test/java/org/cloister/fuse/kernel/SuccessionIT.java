package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon is killed again and again while programs work; they notice nothing but a pause. */
class SuccessionIT {
    /** {@code -Dkills=100} for as many; a few show the rule. */
    private static final int KILLS = Integer.getInteger("kills", 8);

    private static final int PROGRAMS = 4;
    private static final int ROOTS = 100;
    private static final int FILES = 400;
    /** Names at the top of what {@link #start} ships. */
    private static final int SHIPPED = 41;

    private static final int STARTS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    private StoreFixture store;
    private LayerId layer;
    private Daemon daemon;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: python3 is not installed");
        Path shipped = Files.createDirectories(temp.resolve("shipped/deep/deeper"));
        for (int i = 0; i < 40; i++) {
            Files.write(temp.resolve("shipped/file" + i), new byte[i * 997]);
            Files.writeString(shipped.resolve("f" + i), "deep " + i);
        }
        store = new StoreFixture(temp.resolve("state"));
        layer = store.layer(temp.resolve("shipped"));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        daemon = Daemon.supervised(temp.resolve("state"), temp.resolve("mount"), options());
    }

    String[] options() {
        return new String[] {"--mount-adapter", "kernel"};
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        daemon.close();
    }

    private record Program(Process process, Path progress) {
        long rounds() {
            try {
                return Files.exists(progress) ? Files.size(progress) : 0;
            } catch (IOException e) {
                return 0;
            }
        }
    }

    private Program program(int seed) throws IOException, URISyntaxException {
        Path script = Path.of(Objects.requireNonNull(SuccessionIT.class.getResource("/posix/unshaken.py"))
                .toURI());
        Path progress = temp.resolve("progress" + seed);
        String root = daemon.root(seed % 2 == 0 ? "x" : "y").toString();
        Process process = new ProcessBuilder(
                        "/usr/bin/python3", script.toString(), root, Integer.toString(seed), progress.toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("said" + seed).toFile())
                .start();
        return new Program(process, progress);
    }

    private String said(int seed) throws IOException {
        return Files.readString(temp.resolve("said" + seed), StandardCharsets.UTF_8);
    }

    private void awaitProgress(List<Program> programs, long more) throws IOException {
        long[] before = programs.stream().mapToLong(Program::rounds).toArray();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            for (int i = 0; i < programs.size(); i++) {
                Program program = programs.get(i);
                assertThat(program.process().isAlive())
                        .as(() -> "program ended: " + programsSaid() + daemonSaid())
                        .isTrue();
                if (program.rounds() < before[i] + more) {
                    return false;
                }
            }
            return true;
        });
    }

    private void end(List<Program> programs) throws IOException, InterruptedException {
        awaitProgress(programs, 50);
        for (Program program : programs) {
            program.process().getOutputStream().close();
            assertThat(program.process().waitFor())
                    .as(() -> programsSaid() + daemonSaid())
                    .isZero();
        }
    }

    private String programsSaid() {
        StringBuilder all = new StringBuilder();
        for (int seed = 0; seed < PROGRAMS; seed++) {
            try {
                all.append(Files.exists(temp.resolve("said" + seed)) ? said(seed) : "")
                        .append('\n');
            } catch (IOException e) {
                all.append(e).append('\n');
            }
        }
        return all.toString();
    }

    private String daemonSaid() {
        try {
            return daemon.log();
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void programsDoNotNoticeThatTheDaemonIsKilled() throws Exception {
        Random random = new Random(1);
        List<Program> programs = new ArrayList<>();
        for (int seed = 0; seed < PROGRAMS; seed++) {
            programs.add(program(seed));
        }
        for (int kill = 0; kill < KILLS; kill++) {
            awaitProgress(programs, 1 + random.nextInt(200));
            daemon.killSupervised();
            if (kill % 4 == 3) {
                Thread.sleep(random.nextInt(1500)); // any moment is right: also one in which it takes over
                daemon.killSupervised();
            }
            daemon.awaitSuccessor();
        }
        end(programs);
        System.out.println(KILLS + " kills under a load of " + PROGRAMS + " programs, rounds: "
                + programsSaid().replace('\n', ' '));
    }

    @Test
    void norWhileOneGenerationFollowsAnother() throws Exception {
        Path newer = Files.createDirectories(temp.resolve("newer/deep/more"));
        for (int i = 0; i < 500; i++) {
            Files.writeString(newer.resolve("f" + i), "of the next generation");
        }
        LayerId upgrade = store.layer(temp.resolve("newer"));
        Path first = store.generation("2", Map.of("x", List.of(layer, upgrade), "y", List.of(layer, upgrade)));
        Path second = store.generation("3", Map.of("x", List.of(layer), "y", List.of(layer), "z", List.of(layer)));
        List<Program> programs = List.of(program(0), program(1));
        Random random = new Random(2);
        for (int kill = 0; kill < KILLS; kill++) {
            awaitProgress(programs, 1 + random.nextInt(50));
            Path wanted = kill % 2 == 0 ? first : second;
            store.current(kill % 2 == 0 ? "2" : "3");
            Thread switching = new Thread(
                    () -> {
                        try {
                            daemon.switchTo(wanted);
                        } catch (IOException e) {
                            return; // it was killed: its successor reads what is current
                        }
                    },
                    "switching");
            switching.start();
            Thread.sleep(random.nextInt(30)); // any moment is right: before, while, or after it is switched
            daemon.killSupervised();
            switching.join();
            daemon.awaitSuccessor();
            boolean more = kill % 2 == 0;
            assertThat(Files.exists(daemon.root("x").resolve("deep/more/f7")))
                    .as("kill %d", kill)
                    .isEqualTo(more);
            assertThat(Files.exists(daemon.root("z"))).as("kill %d", kill).isEqualTo(!more);
        }
        end(programs);
    }

    /** Layers of its own for each root: loading them takes a while, and the first are used before the last are there. */
    private Map<String, List<LayerId>> manyRoots() throws IOException {
        Map<String, List<LayerId>> roots = new TreeMap<>();
        for (int root = 0; root < ROOTS; root++) {
            List<ManifestEntry> entries = new ArrayList<>();
            for (int i = 0; i < FILES; i++) {
                entries.add(ManifestEntry.file(
                        "of" + root + "-" + i, 0644, 0, 0, new FileTime(root, 0), 0, store.object(new byte[0])));
            }
            roots.put("root" + root, List.of(layer, store.layer(Manifest.of(entries))));
        }
        return roots;
    }

    @Test
    void itIsKilledWhileItLoadsTheFirstRootsAndAllAreServed() throws Exception {
        store.generation("2", manyRoots());
        store.current("2");
        Random random = new Random(3);
        for (int round = 0; round < STARTS; round++) {
            daemon.close();
            daemon = Daemon.supervisedAtOnce(temp.resolve("state"), temp.resolve("mount"), "--mount-adapter", "kernel");
            Path first = daemon.root("root0/file1");
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(() -> isServed(first));
            Thread.sleep(random.nextInt(200)); // any moment is right: most roots are not loaded yet, or all are
            daemon.killSupervised();
            for (int root = ROOTS - 1; root >= 0; root--) {
                try (Stream<Path> names = Files.list(daemon.root("root" + root))) {
                    assertThat(names.count())
                            .as("root%d, round %d", root, round)
                            .isEqualTo(FILES + SHIPPED);
                }
                Path written = daemon.root("root" + root).resolve("deep/round" + round);
                Files.writeString(written, "round " + round);
            }
            daemon.awaitSuccessor();
            for (int root = 0; root < ROOTS; root++) {
                for (int before = 0; before <= round; before++) {
                    assertThat(Files.readString(daemon.root("root" + root).resolve("deep/round" + before)))
                            .isEqualTo("round " + before);
                }
            }
            assertThat(daemon.log()).doesNotContain(" ERROR ", "giving up", "mounting anew");
        }
    }

    private static boolean isServed(Path path) {
        return Files.exists(path);
    }

    @Test
    void aSuccessorShowsWhatWasSwitchedToAndKeepsWhatIsOpen() throws Exception {
        Path newer = Files.createDirectories(temp.resolve("newer"));
        Files.writeString(newer.resolve("file1"), "of the next generation");
        LayerId upgrade = store.layer(newer);
        Path open = daemon.root("x").resolve("file1");
        try (var held = Files.newInputStream(open)) {
            Path generation = store.generation("2", Map.of("x", List.of(layer, upgrade), "y", List.of(layer)));
            daemon.switchTo(generation);
            store.current("2");
            daemon.killSupervised();
            assertThat(held.readAllBytes()).hasSize(997);
            daemon.awaitSuccessor();
            assertThat(Files.readString(open)).isEqualTo("of the next generation");
        }
        Path third = store.generation("3", Map.of("y", List.of(layer)));
        daemon.switchTo(third);
        assertThat(daemon.root("x")).doesNotExist();
    }

    /** What a program sees below {@code directory}: names with their content. */
    private static Map<String, String> seen(Path directory) throws IOException {
        Map<String, String> seen = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                String content = Files.isDirectory(path) ? "directory" : Files.readString(path);
                seen.put(directory.relativize(path).toString(), content);
            }
        }
        return seen;
    }

    /** Shipped files are changed, moved and deleted, and others are made; the kernel knows all of it afterwards. */
    private static void change(Path root) throws IOException {
        for (int i = 0; i < 100; i++) {
            Files.createDirectories(root.resolve("made/" + i));
            Files.writeString(root.resolve("made/" + i + "/file"), "made " + i);
        }
        for (int i = 0; i < 10; i++) {
            Files.writeString(root.resolve("file" + i), "changed");
            Files.delete(root.resolve("file1" + i));
            Files.move(root.resolve("file2" + i), root.resolve("moved" + i));
        }
        Files.move(root.resolve("deep/deeper"), root.resolve("shallow"));
    }

    @Test
    void aResetThatIsCutOffIsMadeOrIsNot() throws Exception {
        Random random = new Random(3);
        Path root = daemon.root("x");
        Map<String, String> shipped = seen(root);
        int made = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            change(root);
            Map<String, String> changed = seen(root);
            Thread resetting = new Thread(
                    () -> {
                        try {
                            daemon.ask("{\"op\":\"reset\",\"root\":\"x\"}");
                        } catch (IOException e) {
                            return; // it was killed
                        }
                    },
                    "resetting");
            resetting.start();
            Thread.sleep(random.nextInt(20)); // any moment is right: before, while, or after it is reset
            daemon.killSupervised();
            resetting.join();
            daemon.awaitSuccessor();
            Map<String, String> left = seen(root);
            assertThat(left).as("kill %d", kill).isIn(changed, shipped);
            made += left.equals(shipped) ? 1 : 0;
            daemon.ask("{\"op\":\"reset\",\"root\":\"x\"}");
            assertThat(seen(root)).isEqualTo(shipped);
        }
        System.out.println(made + " of " + KILLS + " resets were made when they were cut off");
    }

    @Test
    void itHandsOverWhenItIsTold() throws Exception {
        Path file = daemon.root("x").resolve("written");
        Files.writeString(file, "before");
        long before = daemon.ask("{\"op\":\"ping\"}").path("pid").asLong();
        assertThat(daemon.ask("{\"op\":\"handover\"}").path("ok").asBoolean()).isTrue();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> daemon.ask("{\"op\":\"ping\"}").path("pid").asLong() != before);
        assertThat(Files.readString(file)).isEqualTo("before");
    }
}

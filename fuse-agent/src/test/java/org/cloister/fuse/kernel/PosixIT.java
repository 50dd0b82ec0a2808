package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.mount.Native;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs of other languages against the kernel mount: what they see must be what a plain directory shows. */
class PosixIT {
    /** Random calls of each seed; the environment variable CLOISTER_POSIX_CALLS asks for more. */
    private static final String CALLS = "10000";

    /** Of each of sixteen processes. */
    private static final String CHANGES = "1500";

    private static final String CROWD = "100000";
    private static final String COMPARED_AFTER = "1000";

    @TempDir
    Path temp;

    private static Path program(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(PosixIT.class.getResource("/posix/" + name))
                .toURI());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @BeforeAll
    static void needsRootAndPython() {
        Assumptions.assumeTrue(Native.load().libc().getuid() == 0, "skipped: only root can act as several users");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: python3 is not installed");
    }

    private Daemon daemon(String without) throws Exception {
        run("sh", program("shipped_tree.sh").toString(), temp.resolve("shipped").toString());
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("shipped"));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        run(
                "cp",
                "-a",
                temp.resolve("shipped").toString(),
                temp.resolve("plain").toString());
        return start(without);
    }

    private Daemon start(String without) throws IOException {
        return Daemon.start(
                temp.resolve("state"), temp.resolve("mount"), "--mount-adapter", "kernel", "--without", without);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void randomCallsGiveWhatTheyGiveOnAPlainDirectory(long seed) throws Exception {
        try (Daemon daemon = daemon("writeback-cache")) {
            differential(daemon, seed);
        }
    }

    private void differential(Daemon daemon, long seed, String... how) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "/usr/bin/python3",
                program("differential.py").toString(),
                daemon.root("x").toString(),
                temp.resolve("plain").toString(),
                Long.toString(seed),
                System.getenv().getOrDefault("CLOISTER_POSIX_CALLS", CALLS),
                COMPARED_AFTER));
        command.addAll(List.of(how));
        run(command.toArray(String[]::new));
    }

    @Test
    void theyDoSoToOnAKernelThatOffersLess() throws Exception {
        try (Daemon daemon = daemon("no-open,no-opendir,readdirplus,max-pages,writeback-cache,parallel-dirops")) {
            differential(daemon, 4);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {6, 7})
    void theyDoSoWhereTheKernelWritesPastUs(long seed) throws Exception {
        try (Daemon daemon = daemon("no-open,writeback-cache")) {
            Assumptions.assumeTrue(
                    daemon.log().contains("PASSTHROUGH"), "skipped: the kernel has no FUSE passthrough (Linux 6.9)");
            differential(daemon, seed, "coarse");
        }
    }

    @Test
    void theyDoSoWithAWritebackCache() throws Exception {
        try (Daemon daemon = daemon("")) {
            differential(daemon, 5, "coarse");
        }
    }

    @Test
    void everyCallOnEveryKindOfShippedFileGivesWhatItGivesOnAPlainOne() throws Exception {
        String matrix = program("matrix.py").toString();
        Path plain = Files.createDirectories(temp.resolve("cases"));
        run("/usr/bin/python3", matrix, "prepare", plain.toString());
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        store.generation("1", Map.of("x", List.of(store.layer(plain))));
        store.current("1");
        try (Daemon daemon = start("writeback-cache")) {
            run("/usr/bin/python3", matrix, "compare", daemon.root("x").toString(), plain.toString());
        }
    }

    @ParameterizedTest(name = "seed {0}, without {1}")
    @CsvSource({"1, writeback-cache", "2, writeback-cache", "3, 'no-open,writeback-cache'"})
    void mappedAndWrittenBytesAreOneFile(long seed, String without) throws Exception {
        try (Daemon daemon = daemon(without)) {
            for (String name : List.of("big", "new")) {
                String file = daemon.root("x").resolve(name).toString();
                run("/usr/bin/python3", program("mapped.py").toString(), file, Long.toString(seed), "2000");
            }
        }
    }

    @Test
    void programsFindWhatTheyExpectOfAPlainDirectory() throws Exception {
        String behaviour = program("behaviour.py").toString();
        try (Daemon daemon = daemon("writeback-cache")) {
            run("/usr/bin/python3", behaviour, temp.resolve("plain").toString());
            run("/usr/bin/python3", behaviour, daemon.root("y").toString());
        }
    }

    @Test
    void aDirectoryOfAHundredThousandEntriesIsReadWholeWhileOthersChangeIt() throws Exception {
        try (Daemon daemon = daemon("writeback-cache")) {
            run(
                    "/usr/bin/python3",
                    program("crowded.py").toString(),
                    daemon.root("x").toString(),
                    CROWD);
        }
    }

    /** Eight processes in each of two roots at once: what they did is there, and still is after a restart. */
    @Test
    void whatManyProcessesChangeAtOnceIsThereAfterARestart() throws Exception {
        String concurrent = program("concurrent.py").toString();
        run(
                "/usr/bin/python3",
                concurrent,
                "ship",
                Files.createDirectories(temp.resolve("busy")).toString());
        StoreFixture store = new StoreFixture(temp.resolve("state"));
        LayerId layer = store.layer(temp.resolve("busy"));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        List<String> roots = List.of("x", "y");
        try (Daemon daemon = start("writeback-cache")) {
            List<Process> changing = new ArrayList<>();
            for (String root : roots) {
                Path known = Files.createDirectories(temp.resolve("known-" + root));
                changing.add(new ProcessBuilder(
                                "/usr/bin/python3",
                                concurrent,
                                "change",
                                daemon.root(root).toString(),
                                known.toString(),
                                Integer.toString(roots.indexOf(root)),
                                CHANGES)
                        .redirectErrorStream(true)
                        .start());
            }
            for (Process process : changing) {
                String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(process.waitFor()).as(said).isZero();
            }
            daemon.restart();
            for (String root : roots) {
                Path known = temp.resolve("known-" + root);
                run("/usr/bin/python3", concurrent, "check", daemon.root(root).toString(), known.toString());
            }
        }
    }
}

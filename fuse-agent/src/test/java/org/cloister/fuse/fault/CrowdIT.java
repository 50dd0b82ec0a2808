package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

/** Very many layers, and very many open files of very many processes. */
class CrowdIT {
    private static final int LAYERS = 10_000;
    private static final int PROCESSES = 40;
    private static final int OPEN = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String FEW_DESCRIPTORS = "--nofile=1024:1024";

    /** Reads what it says is open, and says so; a line of input lets it read all again, write to it, and end; it closes nothing. */
    private static final String HOLDER = """
            import os, sys
            root, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
            names = [f'{root}/f{i}' for i in range(first, first + count)]
            files = [os.open(name, os.O_RDWR) for name in names]
            gone = os.open(f'{root}/gone{first}', os.O_RDWR | os.O_CREAT)
            os.unlink(f'{root}/gone{first}')
            print('open', flush=True)
            sys.stdin.readline()
            for i, file in zip(range(first, first + count), files):
                assert os.pread(file, 100, 0) == b'content %d' % i, i
                assert os.pwrite(file, b'C', 0) == 1
                assert os.pread(file, 1, 0) == b'C'
            assert os.pwrite(gone, b'x' * 100, 4096) == 100 and os.fstat(gone).st_nlink == 0
            print('whole', flush=True)
            sys.stdin.readline()
            """;

    @TempDir
    Path temp;

    private StoreFixture store;
    private Daemon daemon;

    @BeforeEach
    void prepare() {
        store = new StoreFixture(temp.resolve("state"));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static byte[] content(int i) {
        return ("content " + i).getBytes(StandardCharsets.UTF_8);
    }

    private ManifestEntry file(String name, byte[] content) throws IOException {
        return ManifestEntry.file(name, 0644, 0, 0, new FileTime(1, 0), content.length, store.object(content));
    }

    private LayerId layer(int i) throws IOException {
        FileTime time = new FileTime(1, 0);
        return store.layer(Manifest.of(List.of(
                ManifestEntry.directory("own", 0755, 0, 0, time),
                file("own/" + i, content(i)),
                file("last", content(i)))));
    }

    @Test
    void aRootOfTenThousandLayersShowsTheHighestOfEachNameAndOutlivesTheDaemon() throws Exception {
        List<LayerId> layers = new ArrayList<>();
        for (int i = 0; i < LAYERS; i++) {
            layers.add(layer(i));
        }
        store.generation("1", Map.of("x", layers));
        store.current("1");
        daemon = Daemon.supervised(temp.resolve("state"), temp.resolve("mount"), "--mount-adapter", "kernel");
        for (int round = 0; round < 2; round++) {
            Path x = daemon.root("x");
            assertThat(Files.readAllBytes(x.resolve("last"))).isEqualTo(content(LAYERS - 1));
            try (Stream<Path> names = Files.list(x.resolve("own"))) {
                assertThat(names.count()).isEqualTo(LAYERS);
            }
            for (int i = 0; i < LAYERS; i += LAYERS / 100) {
                assertThat(Files.readAllBytes(x.resolve("own/" + i))).isEqualTo(content(i));
            }
            Files.writeString(x.resolve("own/1"), "written");
            daemon.killSupervised();
            daemon.awaitSuccessor();
            assertThat(Files.readString(daemon.root("x").resolve("own/1"))).isEqualTo("written");
            Files.write(daemon.root("x").resolve("own/1"), content(1));
        }
        daemon.switchTo(store.generation("2", Map.of("x", layers.subList(0, LAYERS / 2))));
        assertThat(Files.readAllBytes(daemon.root("x").resolve("last"))).isEqualTo(content(LAYERS / 2 - 1));
        assertThat(daemon.root("x").resolve("own/" + (LAYERS - 1))).doesNotExist();
    }

    private record Holder(Process process, BufferedReader says, Path complaints) {
        void mustSay(String word) throws IOException {
            String said = says.readLine();
            assertThat(said).as(() -> complained()).isEqualTo(word);
        }

        private String complained() {
            try {
                return Files.readString(complaints);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void goOn() throws IOException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
        }
    }

    private Holder holder(int first, int count) throws IOException {
        Path complaints = temp.resolve("holder" + first);
        Process process = new ProcessBuilder(
                        "/usr/bin/python3",
                        "-c",
                        HOLDER,
                        daemon.root("x").toString(),
                        Integer.toString(first),
                        Integer.toString(count))
                .redirectError(complaints.toFile())
                .start();
        return new Holder(
                process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                complaints);
    }

    private long descriptors() throws IOException {
        long pid = daemon.ask("{\"op\":\"ping\"}").path("pid").asLong();
        try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return all.count();
        }
    }

    /** Nobody closes anything: the processes are killed. */
    @Test
    void tenThousandFilesThatManyProcessesOpenAndNeverCloseNeedFewDescriptors() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "skipped: python3 is not installed");
        List<ManifestEntry> files = new ArrayList<>();
        for (int i = 0; i < OPEN; i++) {
            files.add(file("f" + i, content(i)));
        }
        store.generation("1", Map.of("x", List.of(store.layer(Manifest.of(files)))));
        store.current("1");
        daemon = Daemon.under(
                List.of("prlimit", FEW_DESCRIPTORS),
                List.of(),
                temp.resolve("state"),
                temp.resolve("mount"),
                "--mount-adapter",
                "kernel");
        List<Holder> holders = new ArrayList<>();
        try {
            for (int i = 0; i < PROCESSES; i++) {
                holders.add(holder(i * (OPEN / PROCESSES), OPEN / PROCESSES));
            }
            for (Holder holder : holders) {
                holder.mustSay("open");
            }
            for (Holder holder : holders) {
                holder.goOn();
            }
            for (Holder holder : holders) {
                holder.mustSay("whole");
            }
        } finally {
            for (Holder holder : holders) {
                holder.process().destroyForcibly();
                holder.process().waitFor();
            }
        }
        for (int i = 0; i < OPEN; i += 97) {
            assertThat(Files.readString(daemon.root("x").resolve("f" + i))).isEqualTo("Content " + i);
        }
        try (Stream<Path> names = Files.list(daemon.root("x"))) {
            assertThat(names.count()).isEqualTo(OPEN);
        }
        Path data = temp.resolve("state/writable/x/data");
        await().atMost(PATIENCE)
                .ignoreException(UncheckedIOException.class)
                .untilAsserted(() -> assertThat(regular(data))
                        .as("what was unlinked and never closed leaves the disk with its process")
                        .isEqualTo(OPEN));
        assertThat(descriptors()).isLessThan(1024);
    }

    /** Fails with {@link UncheckedIOException} when a file goes while it counts. */
    private static long regular(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(Files::isRegularFile).count();
        }
    }
}

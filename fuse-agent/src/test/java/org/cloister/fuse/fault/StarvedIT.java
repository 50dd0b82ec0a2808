package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Few descriptors, little memory, many open files, and clients that stand still. */
class StarvedIT {
    private static final int FILES = 600;
    private static final int OPEN = 10_000;
    private static final int KNOWN = 200_000;

    @TempDir
    Path temp;

    private Daemon daemon;

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    private StoreFixture store() {
        return new StoreFixture(temp.resolve("state"));
    }

    private static List<ManifestEntry> entries(StoreFixture store, int count, boolean alike) throws IOException {
        List<ManifestEntry> entries = new ArrayList<>();
        FileTime time = new FileTime(1, 0);
        for (int directory = 0; directory * 1000 < count; directory++) {
            entries.add(ManifestEntry.directory("d%04d".formatted(directory), 0755, 0, 0, time));
            for (int i = directory * 1000; i < Math.min(count, (directory + 1) * 1000); i++) {
                byte[] content = content(alike ? 0 : i);
                String name = "d%04d/f%07d".formatted(directory, i);
                entries.add(ManifestEntry.file(
                        name,
                        0644,
                        0,
                        0,
                        time,
                        content.length,
                        alike && i > 0 ? entries.get(1).object() : store.object(content)));
            }
        }
        return entries;
    }

    private static byte[] content(int i) {
        return ("content " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private Path x(int i) {
        return daemon.root("x").resolve("d%04d/f%07d".formatted(i / 1000, i));
    }

    private void start(int files, boolean alike, List<String> prefix, List<String> machine) throws IOException {
        StoreFixture store = store();
        LayerId layer = store.layer(Manifest.of(entries(store, files, alike)));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        daemon = Daemon.under(
                prefix, machine, temp.resolve("state"), temp.resolve("mount"), "--mount-adapter", "kernel");
    }

    @Test
    void fewDescriptorsAreEnoughForManyFiles() throws Exception {
        start(FILES, false, List.of("prlimit", "--nofile=160:160"), List.of());
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < FILES; i++) {
                assertThat(Files.readAllBytes(x(i))).isEqualTo(content(i));
                try (FileChannel file = FileChannel.open(
                        daemon.root("y").resolve("n" + i), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    file.write(ByteBuffer.wrap(content(i)));
                    if (i % 50 == 0) {
                        file.force(true);
                    }
                }
            }
        }
        for (int i = 0; i < FILES; i++) {
            assertThat(Files.readAllBytes(daemon.root("y").resolve("n" + i))).isEqualTo(content(i));
        }
        assertThat(daemon.ask("{\"op\":\"verify\",\"root\":\"x\"}")
                        .path("checked")
                        .asInt())
                .isEqualTo(FILES);
        daemon.kill();
        daemon.restart();
        assertThat(Files.readAllBytes(daemon.root("y").resolve("n50"))).isEqualTo(content(50));
    }

    @Test
    void tenThousandOpenFilesOfOneProcessWorkAndSurviveTheirRoot() throws Exception {
        start(OPEN, true, List.of("prlimit", "--nofile=1024:1024"), List.of());
        List<FileChannel> open = new ArrayList<>();
        try {
            for (int i = 0; i < OPEN; i++) {
                open.add(FileChannel.open(x(i), StandardOpenOption.READ));
            }
            daemon.switchTo(store().generation("2", Map.of("y", List.of(store().layer(Manifest.of(List.of()))))));
            ByteBuffer bytes = ByteBuffer.allocate(content(0).length);
            for (FileChannel file : open) {
                bytes.clear();
                file.read(bytes, 0);
                assertThat(bytes.array()).isEqualTo(content(0));
            }
            assertThat(daemon.root("x")).doesNotExist();
        } finally {
            for (FileChannel file : open) {
                file.close();
            }
        }
    }

    @Test
    void aSmallHeapServesWhoLooksAtEverything() throws Exception {
        start(KNOWN, true, List.of(), List.of("-Xmx256m"));
        long seen = 0;
        for (String root : List.of("x", "y")) {
            try (Stream<Path> all = Files.walk(daemon.root(root))) {
                seen += all.filter(Files::isRegularFile).count();
            }
        }
        assertThat(seen).isEqualTo(2L * KNOWN);
        Files.writeString(x(7), "written");
        assertThat(Files.readString(x(7))).isEqualTo("written");
        assertThat(daemon.log()).doesNotContain("OutOfMemoryError");
    }

    @Test
    void aGenerationThatIsTooBigForTheHeapIsRefusedAndTheOldOneGoesOn() throws Exception {
        start(FILES, false, List.of(), List.of("-Xmx64m"));
        LayerId big = store().layer(Manifest.of(entries(store(), 4 * KNOWN, true)));
        LayerId small = store().layer(Manifest.of(entries(store(), 1, true)));
        Path generation = store().generation("2", Map.of("x", List.of(big)));
        assertThat(daemon.ask("{\"op\":\"switch\",\"generation\":\"" + generation + "\"}")
                        .path("error")
                        .asText())
                .contains("memory");
        for (int i = 0; i < FILES; i++) {
            assertThat(Files.readAllBytes(x(i))).isEqualTo(content(i));
        }
        Files.writeString(x(7), "written");
        daemon.switchTo(store().generation("3", Map.of("x", List.of(small))));
        assertThat(Files.readAllBytes(x(0))).isEqualTo(content(0));
        assertThat(Files.readString(x(7))).isEqualTo("written");
    }

    @Test
    void clientsThatStandStillHoldNobodyUp() throws Exception {
        start(FILES, false, List.of(), List.of());
        List<Process> stopped = new ArrayList<>();
        try {
            for (int i = 0; i < 12; i++) {
                String root = daemon.root("x").toString();
                Process client = new ProcessBuilder(
                                "sh",
                                "-c",
                                "cd \"$1\" && while :; do cat d0000/*; echo w >>log; ls -lR; mkdir q$$; rmdir q$$; done",
                                "sh",
                                root)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                stopped.add(client);
            }
            await().until(() -> Files.exists(daemon.root("x").resolve("log")));
            for (Process client : stopped) {
                signal("-STOP", client);
            }
            for (int i = 0; i < FILES; i++) {
                Files.writeString(daemon.root("x").resolve("mine" + i), "x");
                assertThat(Files.readAllBytes(x(i))).isEqualTo(content(i));
            }
            long before = Files.size(daemon.root("x").resolve("log"));
            for (Process client : stopped) {
                signal("-CONT", client);
            }
            await().until(() -> Files.size(daemon.root("x").resolve("log")) > before);
        } finally {
            for (Process client : stopped) {
                client.destroyForcibly();
                signal("-CONT", client);
                client.waitFor();
            }
        }
    }

    private static void signal(String signal, Process process) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    }

    @Test
    void theDaemonHasNothingOfItsOwnMount() throws Exception {
        start(FILES, false, List.of(), List.of());
        Files.writeString(x(1), "written");
        assertThat(Files.readAllBytes(x(2))).isEqualTo(content(2));
        long daemonPid = daemon.ask("{\"op\":\"ping\"}").path("pid").asLong();
        Path process = Path.of("/proc", Long.toString(daemonPid));
        List<String> held = new ArrayList<>();
        for (String what : List.of("fd", "map_files")) {
            try (Stream<Path> links = Files.list(process.resolve(what))) {
                for (Path link : links.toList()) {
                    held.add(target(link));
                }
            }
        }
        held.add(target(process.resolve("cwd")));
        held.add(target(process.resolve("root")));
        assertThat(held)
                .isNotEmpty()
                .noneMatch(path -> path.startsWith(daemon.mount().toString() + "/")
                        || path.equals(daemon.mount().toString()));
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}

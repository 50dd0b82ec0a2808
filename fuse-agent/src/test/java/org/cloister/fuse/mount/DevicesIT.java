package org.cloister.fuse.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.cloister.events.RootName;
import org.cloister.events.layer.DeviceLayers;
import org.cloister.events.layer.EntryType;
import org.cloister.events.layer.FileTime;
import org.cloister.events.layer.LayerId;
import org.cloister.events.layer.Manifest;
import org.cloister.events.layer.ManifestEntry;
import org.cloister.events.layer.StoreLayout;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.DirectoryTree;
import org.cloister.fuse.fixture.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that come and go below the {@code dev} of a root whose programs run all the while. */
class DevicesIT {
    private static final long SECONDS = 20;

    @TempDir
    Path temp;

    private StoreFixture store;
    private LayerId none;
    private Daemon daemon;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(
                DirectoryTree.LIBC.access(DirectoryTree.bytes("/root/."), 2) == 0,
                "skipped: only root's mount holds devices");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/bwrap")), "skipped: there is no bwrap");
        store = new StoreFixture(temp.resolve("state"));
        List<ManifestEntry> shipped = new ArrayList<>();
        for (String directory : List.of("usr", "proc", "elsewhere")) {
            shipped.add(ManifestEntry.directory(directory, 0755, 0, 0, FileTime.EPOCH));
        }
        for (String link : List.of("bin", "lib", "lib64", "sbin")) {
            shipped.add(ManifestEntry.symlink(link, 0, 0, FileTime.EPOCH, "usr/" + link));
        }
        // Out of the root, and a device that a package brought.
        shipped.add(ManifestEntry.symlink("dev", 0, 0, FileTime.EPOCH, "/dev"));
        shipped.add(node(EntryType.BLOCK_DEVICE, "elsewhere/disk", "7:0"));
        LayerId layer = store.layer(Manifest.of(shipped));
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        none = devices();
        devices(Map.of());
        daemon = Daemon.supervised(temp.resolve("state"), temp.resolve("mount"));
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static ManifestEntry node(EntryType type, String path, String numbers) {
        return new ManifestEntry(type, path, 0666, 0, 0, FileTime.EPOCH, 0, numbers, Map.of());
    }

    /** A device layer with character devices 1:5 (zero) of these names: anybody may read that one. */
    private LayerId devices(String... names) throws IOException {
        List<ManifestEntry> entries = new ArrayList<>();
        entries.add(new ManifestEntry(
                EntryType.OPAQUE_DIRECTORY,
                DeviceLayers.DIRECTORY,
                0755,
                0,
                0,
                FileTime.EPOCH,
                0,
                "",
                Map.of(DeviceLayers.MARK, "MQ==")));
        entries.add(node(EntryType.CHARACTER_DEVICE, "dev/null", "1:3"));
        entries.add(ManifestEntry.directory("dev/shm", 01777, 0, 0, FileTime.EPOCH));
        for (String name : names) {
            entries.add(node(EntryType.CHARACTER_DEVICE, "dev/" + name, "1:5"));
        }
        return store.layer(Manifest.of(entries));
    }

    private void devices(Map<String, LayerId> roots) throws IOException {
        TreeMap<RootName, LayerId> named = new TreeMap<>();
        roots.forEach((root, layer) -> named.put(new RootName(root), layer));
        Files.writeString(
                temp.resolve("state").resolve(StoreLayout.DEVICE_LAYERS), new DeviceLayers(none, named).text());
    }

    private void grant(Map<String, LayerId> roots) throws IOException {
        String generation = daemon.ask("{\"op\":\"ping\"}").path("generation").asText();
        devices(roots);
        assertThat(daemon.ask("{\"op\":\"devices\"}").path("ok").asBoolean()).isTrue();
        assertThat(daemon.ask("{\"op\":\"ping\"}").path("generation").asText())
                .as("what is installed is the same")
                .isEqualTo(generation);
    }

    /** As the agent's launcher enters a root, with all that a program of root may there and more. */
    private Process inside(String root, String script) throws IOException {
        String top = daemon.root(root).toString();
        return new ProcessBuilder(
                        "bwrap",
                        "--unshare-pid",
                        "--cap-drop",
                        "CAP_MKNOD",
                        "--bind",
                        top,
                        "/",
                        "--ro-bind",
                        "/usr",
                        "/usr",
                        "--proc",
                        "/proc",
                        "--dev-bind",
                        top + "/dev",
                        "/dev",
                        "sh",
                        "-c",
                        script)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .start();
    }

    private String said(String root, String script) throws IOException, InterruptedException {
        return said(inside(root, script));
    }

    private static String said(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    @Test
    void aProgramThatRunsSeesItsGrantComeAndGoAndItsNeighbourNever() throws IOException, InterruptedException {
        String loop =
                "echo before; until test -c /dev/sr0; do sleep 0.05; done; echo came; head -c 2 /dev/sr0 | od -An -tx1;"
                        + " exec 3</dev/sr0; while test -e /dev/sr0; do sleep 0.05; done; echo went;"
                        + " head -c 2 <&3 | od -An -tx1; cat /dev/sr0 2>&1; read -r last; echo $last";
        Process program = inside("x", loop);
        var lines = program.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).isEqualTo("before");
        assertThat(said("y", "ls /dev")).isEqualTo("null\nshm\n");

        grant(Map.of("x", devices("sr0")));
        assertThat(lines.readLine()).isEqualTo("came");
        assertThat(lines.readLine()).isEqualTo(" 00 00");
        assertThat(said("y", "ls /dev")).isEqualTo("null\nshm\n");

        grant(Map.of());
        assertThat(lines.readLine()).isEqualTo("went");
        assertThat(lines.readLine()).as("what is open stays open").isEqualTo(" 00 00");
        assertThat(lines.readLine()).contains("No such file");
        try (OutputStream in = program.getOutputStream()) {
            in.write("end\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(lines.readLine()).isEqualTo("end");
        assertThat(program.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void grantsAreThereAfterTheDaemonWasKilledAlsoThoseThatChangedMeanwhile() throws IOException, InterruptedException {
        grant(Map.of("x", devices("sr0")));
        assertThat(said("x", "test -c /dev/sr0 && echo there")).isEqualTo("there\n");
        devices(Map.of("y", devices("sr1")));
        daemon.killSupervised();
        daemon.awaitSuccessor();
        assertThat(said("x", "ls /dev")).isEqualTo("null\nshm\n");
        assertThat(said("y", "ls /dev")).isEqualTo("null\nshm\nsr1\n");
    }

    @Test
    void aRootCanNotPutADeviceIntoItsDevWhateverItDoes() throws IOException, InterruptedException {
        grant(Map.of("x", devices("sr0")));
        assertThat(said("x", "cat /elsewhere/disk 2>&1"))
                .as("nothing else holds devices")
                .contains("Permission denied");
        String attack =
                "mknod /dev/a b 7 0; ln /elsewhere/disk /dev/b; mv /elsewhere/disk /dev/c; mv /dev/sr0 /dev/d; ln /dev/sr0 /dev/e;"
                        + " mv /dev/sr0 /kept; ln /dev/sr0 /kept; mkdir /dev/f; mv /elsewhere /dev/g; mv /dev /h; rm -rf /dev/*; rmdir /dev;"
                        + " chmod 0777 /dev/sr0; chown 5 /dev/sr0; mv /elsewhere /dev/shm/g; ln -s /elsewhere/disk /dev/link";
        said("x", "{ " + attack + "; } 2>&1");
        assertThat(said("x", "find /dev -type c -o -type b | sort; stat -c '%a %u' /dev/sr0"))
                .isEqualTo("/dev/null\n/dev/sr0\n666 0\n");
        assertThat(said("x", "cat /dev/link 2>&1")).contains("Permission denied");
        grant(Map.of());
        assertThat(said("x", "find /dev -type c -o -type b")).isEqualTo("/dev/null\n");
        // From the host, where the mount itself may be changed.
        Path dev = daemon.root("x").resolve("dev");
        assertThat(Files.isDirectory(dev, LinkOption.NOFOLLOW_LINKS)).isTrue();
        Process host = new ProcessBuilder(
                        "sh",
                        "-c",
                        "cd \"$0\" && { mknod dev/a b 7 0; mv elsewhere/disk dev/c; ln elsewhere/disk dev/b; mv dev other; mv elsewhere dev/x; } 2>&1; ls dev",
                        daemon.root("x").toString())
                .redirectErrorStream(true)
                .start();
        assertThat(said(host).lines().toList()).endsWith("link", "null", "shm").doesNotContain("a", "b", "c", "x");
    }

    @Test
    void whatProgramsPutThereThatIsNoDeviceStays() throws IOException, InterruptedException {
        said("x", "mkfifo /dev/xconsole; echo text >/dev/note; ln -s /dev/note /dev/other");
        grant(Map.of("x", devices("sr0")));
        daemon.killSupervised();
        daemon.awaitSuccessor();
        assertThat(said("x", "ls /dev; cat /dev/other; rm /dev/note /dev/other; ls /dev"))
                .isEqualTo("note\nnull\nother\nshm\nsr0\nxconsole\ntext\nnull\nshm\nsr0\nxconsole\n");
        assertThat(daemon.ask("{\"op\":\"diff\",\"root\":\"x\"}").toString()).doesNotContain("sr0");
    }
}

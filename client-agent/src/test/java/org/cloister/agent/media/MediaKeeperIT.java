package org.cloister.agent.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.cloister.agent.device.HostDevice;
import org.cloister.agent.network.Programs;
import org.cloister.agent.root.SystemCallFilter;
import org.cloister.events.DeviceKind;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real file systems on real loop devices, seen by programs that run all the while. */
class MediaKeeperIT {
    private static final long SECONDS = 20;
    private static final RootName X = new RootName("x");
    private static final RootName Y = new RootName("y");

    @TempDir
    Path temp;

    private MediaKeeper keeper;

    @BeforeEach
    void start() throws IOException {
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "skipped: only root mounts");
        Assumptions.assumeTrue(Programs.find("bwrap").isPresent(), "skipped: there is no bwrap");
        Assumptions.assumeTrue(Programs.find("mke2fs").isPresent(), "skipped: there is no mke2fs");
        Assumptions.assumeTrue(Files.exists(Path.of("/dev/loop-control")), "skipped: there are no loop devices");
        SystemCallFilter.write(temp.resolve("filter"));
        keeper = started("ext4", "iso9660");
    }

    private MediaKeeper started(String... types) throws IOException {
        MediaKeeper one =
                new MediaKeeper(temp.resolve("media"), temp.resolve("filter"), List.of(types), Path.of("/sys"));
        one.prepare();
        one.update(Set.of(X, Y));
        one.start();
        return one;
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (keeper != null) {
            keeper.close();
            assertThat(mounted()).as("left over").isEmpty();
        }
    }

    private List<Path> mounted() throws IOException {
        return MountPoints.below(temp.resolve("media"), Path.of("/proc/self/mountinfo"));
    }

    private void want(Map<RootName, HostDevice> granted) {
        TreeMap<RootName, List<HostDevice>> all = new TreeMap<>();
        granted.forEach((root, device) -> all.put(root, List.of(device)));
        keeper.want(all);
    }

    /** As the launcher of a root binds its directory. */
    private Process inside(RootName root, String script) throws IOException {
        return new ProcessBuilder(
                        "bwrap",
                        "--unshare-pid",
                        "--ro-bind",
                        "/",
                        "/",
                        "--proc",
                        "/proc",
                        "--ro-bind",
                        temp.resolve("media").resolve(root.text()).toString(),
                        "/media",
                        "sh",
                        "-c",
                        script)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .start();
    }

    private String said(RootName root, String script) throws IOException, InterruptedException {
        Process process = inside(root, script);
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private void awaitSaid(RootName root, String script, String expected) {
        Awaitility.await()
                .atMost(SECONDS, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(said(root, script))
                        .as("%s", keeper.problem())
                        .isEqualTo(expected));
    }

    @Test
    void aProgramThatRunsSeesAStickComeAndGoAndItsNeighbourNever() throws IOException, InterruptedException {
        Process program = inside(
                X,
                "echo before; until test -e /media/STICK/readme.txt; do sleep 0.05; done; cat /media/STICK/readme.txt;"
                        + " exec 3</media/STICK/readme.txt; cd /media/STICK; read -r go;"
                        + " while test -e /media/STICK; do sleep 0.05; done; echo went; cat <&3");
        BufferedReader lines = program.inputReader(StandardCharsets.UTF_8);
        assertThat(lines.readLine()).isEqualTo("before");
        try (LoopImage image = new LoopImage(LoopImage.ext4(temp, "STICK", "of the stick\n"))) {
            want(Map.of(X, image.as(DeviceKind.DISK)));
            assertThat(lines.readLine()).isEqualTo("of the stick");
            assertThat(said(Y, "ls /media")).isEmpty();
            assertThat(said(X, "echo >/media/STICK/new; mkdir /media/other; rm -r /media/STICK; ls -A /media"))
                    .as("nothing of it can be changed")
                    .endsWith("STICK\n");
            assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
                    .containsPattern(" " + temp.resolve("media/x/STICK") + " ro,nosuid,nodev,noexec,");
            want(Map.of());
            program.getOutputStream().write('\n');
            program.getOutputStream().close();
            assertThat(lines.readLine()).isEqualTo("went");
            assertThat(lines.readLine()).as("what is open stays open").isEqualTo("of the stick");
            assertThat(program.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anotherMediumInTheSameDriveIsSeenInItsPlace() throws IOException, InterruptedException {
        try (LoopImage drive = new LoopImage(LoopImage.ext4(temp, "ONE", "first\n"))) {
            want(Map.of(X, drive.as(DeviceKind.OPTICAL)));
            awaitSaid(
                    X,
                    "ls /media; cat /media/ONE/readme.txt /media/cdrom0/readme.txt",
                    "ONE\ncdrom\ncdrom0\nfirst\nfirst\n");
            // Something holds the mount: the drive is changed beneath it, as when somebody presses its button.
            Programs.run("", "umount", "--lazy", temp.resolve("media/x/cdrom").toString());
            drive.change(LoopImage.ext4(temp, "TWO", "second\n"));
            awaitSaid(X, "ls /media; cat /media/cdrom/readme.txt", "TWO\ncdrom\ncdrom0\nsecond\n");
        }
    }

    @Test
    void aSuccessorOfAKilledAgentTakesAwayWhatIsLeftAndShowsItAnewToProgramsThatRun()
            throws IOException, InterruptedException {
        try (LoopImage image = new LoopImage(LoopImage.ext4(temp, "STICK", "of the stick\n"))) {
            Process program = inside(X, "read -r go; cat /media/*/readme.txt; read -r go; ls /media");
            BufferedReader lines = program.inputReader(StandardCharsets.UTF_8);
            want(Map.of(X, image.as(DeviceKind.DISK)));
            awaitSaid(X, "cat /media/STICK/readme.txt", "of the stick\n");
            // One that is killed unmounts nothing: it is simply not asked any more.
            for (int times = 0; times < 2; times++) {
                keeper = started("ext4");
                assertThat(mounted()).containsExactly(temp.resolve("media"));
            }
            want(Map.of(X, image.as(DeviceKind.DISK)));
            awaitSaid(X, "cat /media/STICK/readme.txt", "of the stick\n");
            program.getOutputStream().write("\n\n".getBytes(StandardCharsets.UTF_8));
            program.getOutputStream().close();
            assertThat(lines.readLine()).isEqualTo("of the stick");
            assertThat(lines.readLine()).isEqualTo("STICK");
        }
    }

    @Test
    void aFileSystemThatIsNotAllowedIsNotMounted() throws IOException, InterruptedException {
        keeper.close();
        keeper = started("iso9660", "udf");
        try (LoopImage other = new LoopImage(LoopImage.ext4(temp, "STICK", "x"));
                LoopImage disc = new LoopImage(disc())) {
            want(Map.of(X, other.as(DeviceKind.DISK), Y, disc.as(DeviceKind.OPTICAL)));
            // Y comes after X.
            awaitSaid(
                    Y,
                    "cat '/media/My Disc/Read Me.txt' /media/cdrom/*; stat -c %a /media/cdrom/*",
                    "of the disc\nof the disc\n444\n");
            assertThat(said(X, "ls /media")).isEmpty();
        }
    }

    /** Rock Ridge names and modes. */
    private Path disc() throws IOException {
        boolean canShow = Files.readString(Path.of("/proc/filesystems")).contains("iso9660")
                || Programs.find("fuseiso").isPresent();
        Assumptions.assumeTrue(canShow, "skipped: neither this kernel nor fuseiso knows ISO 9660");
        Assumptions.assumeTrue(Programs.find("genisoimage").isPresent(), "skipped: there is no genisoimage");
        Path content = Files.createDirectories(temp.resolve("disc"));
        Files.writeString(content.resolve("Read Me.txt"), "of the disc\n");
        Path image = temp.resolve("disc.iso");
        Programs.run(
                "",
                "genisoimage",
                "-quiet",
                "-rational-rock",
                "-joliet",
                "-V",
                "My Disc",
                "-o",
                image.toString(),
                content.toString());
        return image;
    }
}

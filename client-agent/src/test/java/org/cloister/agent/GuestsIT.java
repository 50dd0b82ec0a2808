package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.agent.GuestHost.LIMIT;
import static org.cloister.agent.GuestHost.NOTHING;
import static org.cloister.agent.GuestHost.awaitLine;
import static org.cloister.agent.GuestHost.inGuest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.GuestHost.Ended;
import org.cloister.agent.fake.FakeSite;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Programs in real guests: their streams and terminal, their files and those of the host, and discs that come and go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestsIT {
    /** Larger than what may be on the way at a time. */
    private static final int BYTES = 300_000;

    @TempDir
    static Path temp;

    private FakeSite site;
    private GuestHost host;
    private boolean hasDisc;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        GuestHost.assumePossible("GuestsIT");
        site = new FakeSite(temp);
        hasDisc = Files.exists(Path.of("/dev/loop-control")) && Files.isExecutable(Path.of("/usr/bin/genisoimage"));
        if (hasDisc) {
            Path files = Files.createDirectories(temp.resolve("disc"));
            Files.writeString(files.resolve("word"), "a word\n");
            Path image = temp.toRealPath().resolve("disc.iso");
            assertThat(new ProcessBuilder("genisoimage", "-quiet", "-R", "-o", image.toString(), files.toString())
                            .start()
                            .waitFor())
                    .isZero();
            Files.writeString(temp.resolve("one/images"), image + "\n");
        }
        host = new GuestHost(temp, site, 0);
    }

    @AfterEach
    void endPrograms() {
        host.endPrograms();
    }

    @AfterAll
    void stop() throws InterruptedException {
        if (host != null) {
            host.close();
            site.close();
        }
    }

    @Test
    void theStreamsAreThePrograms() throws Exception {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(temp.resolve("input"), bytes);
        Ended ended = host.guest(temp.resolve("input"), "sh", "-c", "sha256sum; echo to err >&2; id -u; exit 7");
        assertThat(ended).isEqualTo(new Ended(7, Digest.of(bytes).hex() + "  -\n0\n", "to err\n"));
    }

    @Test
    void filesAreTheSameInGuestAndChroot() throws Exception {
        assertThat(host.cloister(
                                NOTHING,
                                "run",
                                "tools",
                                "--",
                                "sh",
                                "-c",
                                "mkdir /var/lib/d && chown 33:44 /var/lib/d && echo chroot >/var/c")
                        .status())
                .isZero();
        Ended inGuest = host.guest(
                NOTHING,
                "sh",
                "-c",
                "cat /var/c; echo guest >/var/g; chown 5:6 /var/g; mkdir /var/lib/d/sub; echo x >/var/lib/d/f");
        assertThat(inGuest.out()).isEqualTo("chroot\n");
        Ended inChroot = host.cloister(
                NOTHING,
                "run",
                "tools",
                "--",
                "sh",
                "-c",
                "cat /var/g; stat -c '%n %u:%g' /var/g /var/lib/d/sub /var/lib/d/f");
        assertThat(inChroot.out()).isEqualTo("guest\n/var/g 5:6\n/var/lib/d/sub 33:44\n/var/lib/d/f 33:44\n");
    }

    @Test
    void onlyWhatIsSharedIsSeenOfTheHost() throws Exception {
        Path shared = Files.createDirectories(temp.resolve("shared"));
        Files.writeString(shared.resolve("f"), "of the host\n");
        String escape =
                "mkdir /tmp/m; mount -t hostfs none /tmp/m -o /; ls /tmp/m; mount -t hostfs none /tmp/m -o /../..; ls /tmp/m /tmp/m/usr/bin; "
                        + setting("/tmp/m/proc/sys/vm/swappiness");
        Ended ended = host.cloister(
                NOTHING,
                "run",
                "--isolation",
                "guest",
                "--no-network",
                "--share",
                shared + ":ro",
                "tools",
                "--",
                "sh",
                "-c",
                "cat " + shared + "/f; echo x >" + shared + "/g; " + escape);
        assertThat(ended.out().lines()).startsWith("of the host");
        assertThat(ended.out().lines())
                .contains("root")
                .contains("linux.uml", "seen")
                .doesNotContain("home", "boot", "var", "sh", "changed");
        assertThat(ended.err()).contains("Read-only file system");
        assertThat(shared.resolve("g")).doesNotExist();
    }

    @Test
    void aChrootOfRootsDoesNotSetTheHostsKernel() throws Exception {
        Ended ended = host.cloister(NOTHING, "run", "tools", "--", "sh", "-c", setting("/proc/sys/vm/swappiness"));
        assertThat(ended.out()).isEqualTo("seen\n");
    }

    @Test
    void aTerminalIsTheProgramsOwn() throws Exception {
        // exec: a dash(1) that is between vfork(2) and execve(2) when SIGINT comes goes on, as on any kernel.
        ProcessBuilder builder = host.command(inGuest("sh", "-c", "'tty; stty size; echo up; exec sleep 1000'"));
        builder.command(List.of("script", "-qefc", "exec " + String.join(" ", builder.command()), "/dev/null"));
        Process terminal = host.begin(builder);
        String seen = awaitLine(terminal, "up");
        assertThat(seen).contains("/dev/pts/0", "24 80");
        OutputStream keys = terminal.getOutputStream();
        keys.write(3);
        keys.flush();
        assertThat(terminal.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(terminal.exitValue()).as("Ctrl-C reaches it").isEqualTo(130);
    }

    @Test
    void aGrantedDiscIsPluggedIntoARunningGuestAndOutAgain() throws Exception {
        if (!hasDisc) {
            System.out.println("GuestsIT: no disc without /dev/loop-control and genisoimage");
        }
        Assumptions.assumeThat(hasDisc).isTrue();
        Process runner = host.begin(inGuest(
                "sh",
                "-c",
                "echo up; until [ -e /media/cdrom/word ]; do sleep 0.1; done; mount -t iso9660 -o ro /dev/cdrom /tmp && cat /tmp/word; umount /tmp; "
                        + "while [ -e /dev/sr0 ] || [ -e /media/cdrom ]; do sleep 0.1; done; echo gone"));
        awaitLine(runner, "up");
        boolean canMount = Files.readString(Path.of("/proc/filesystems")).contains("iso9660")
                || Files.isExecutable(Path.of("/usr/bin/fuseiso"));
        Process chroot = host.begin(
                "run",
                "tools",
                "--",
                "sh",
                "-c",
                "echo up; until [ -e /media/cdrom/word ]; do sleep 0.1; done; cat /media/cdrom/word; while [ -e /media/cdrom ]; do sleep 0.1; done; echo gone");
        awaitLine(chroot, "up");
        Awaitility.await().atMost(LIMIT).until(() -> discs().size() == 1);
        DeviceId disc = discs().get(0);
        site.append(new DeviceGranted(new RootName("tools"), disc, DeviceKind.OPTICAL));
        awaitLine(runner, "a word");
        if (canMount) {
            awaitLine(chroot, "a word");
        } else {
            System.out.println(
                    "GuestsIT: this kernel knows no ISO 9660, and there is no fuseiso: nothing at /media of a chroot");
        }
        site.append(new DeviceReleased(new RootName("tools"), disc, "it was asked to"));
        awaitLine(runner, "gone");
        assertThat(runner.waitFor()).isZero();
        if (canMount) {
            awaitLine(chroot, "gone");
        }
    }

    /** Sets it to what it is, should that be possible. */
    private static String setting(String file) throws IOException {
        String now = Files.readString(Path.of("/proc/sys/vm/swappiness")).strip();
        return "[ -e " + file + " ] && echo seen; (echo " + now + " >" + file + ") && echo changed";
    }

    private List<DeviceId> discs() {
        return site.events().stream()
                .filter(DeviceAttached.class::isInstance)
                .map(DeviceAttached.class::cast)
                .filter(attached -> attached.kind() == DeviceKind.OPTICAL)
                .map(DeviceAttached::device)
                .toList();
    }
}

package org.cloister.fuse.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.cloister.events.layer.LayerId;
import org.cloister.fuse.fixture.Daemon;
import org.cloister.fuse.fixture.StoreFixture;
import org.cloister.fuse.mount.Native;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The agent of somebody who is not root, mounted through fusermount3. Everything that is done here is done as that user. */
class OrdinaryUserIT {
    /** Debian's nobody; fusermount3 wants to know a name. */
    private static final String USER = "65534";

    /** Neither that user nor root. */
    private static final String STRANGER = "4711";

    private static final List<String> AS_USER =
            List.of("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups", "--");

    /** Each line is a rule; the first that does not hold ends it, and says which. */
    private static final String CONTRACT = """
            set -e -x
            cd "$1"
            test "$(cat etc/conf)" = shipped; test "$(stat -c %u etc/conf)" = "$(id -u)"
            echo mine >>etc/conf; test "$(wc -l <etc/conf)" = 2
            ln etc/conf etc/hard; test "$(stat -c %h etc/conf)" = 2; echo more >>etc/hard; test "$(wc -l <etc/conf)" = 3
            mv usr moved; test -e moved/lib/deep; test ! -e usr
            rm moved/lib/deep; test ! -e moved/lib/deep; rmdir moved/lib; mkdir moved/lib; test -z "$(ls moved/lib)"
            mkdir -p a/b; ln -s ../etc/conf a/link; test "$(readlink a/link)" = ../etc/conf; test "$(wc -l <a/link)" = 3
            mkfifo a/fifo; test -p a/fifo
            chmod 600 etc/conf; test "$(stat -c %a etc/hard)" = 600
            truncate -s 1G a/sparse; test "$(stat -c %s a/sparse)" = 1073741824; rm a/sparse
            exec 8>a/gone; rm a/gone; echo x >&8; exec 8>&-
            (umask 027; touch a/masked); test "$(stat -c %a a/masked)" = 640
            for i in $(seq 300); do echo $i >a/b/n$i; done; test "$(ls a/b | wc -l)" = 300
            if chown 0 a/b 2>/dev/null; then false; fi
            if mknod a/device c 1 3 2>/dev/null; then false; fi
            sync etc/conf a/b
            """;

    @TempDir
    Path temp;

    private Daemon daemon;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Native.load().libc().getuid() == 0, "skipped: only root can become another user");
        Assumptions.assumeTrue(
                Files.exists(Path.of("/dev/fuse"), LinkOption.NOFOLLOW_LINKS) && isOpenToAll(Path.of("/dev/fuse")),
                "skipped: /dev/fuse is not open to every user (bin/test opens it)");
        Path shipped = Files.createDirectories(temp.resolve("shipped"));
        Files.createDirectories(shipped.resolve("etc"));
        Files.createDirectories(shipped.resolve("usr/lib"));
        Files.writeString(shipped.resolve("etc/conf"), "shipped\n");
        Files.writeString(shipped.resolve("usr/lib/deep"), "deep\n");
        StoreFixture store = new StoreFixture(temp.resolve("home/state"));
        LayerId layer = store.layer(shipped);
        store.generation("1", Map.of("x", List.of(layer), "y", List.of(layer)));
        store.current("1");
        Files.createDirectories(temp.resolve("home/mount"));
        run("chown", "-R", USER + ":" + USER, temp.resolve("home").toString());
        run("chmod", "755", temp.toString());
    }

    private static boolean isOpenToAll(Path device) throws IOException {
        return ((int) Files.getAttribute(device, "unix:mode") & 06) == 06;
    }

    /** What the tests run with may lie where only root can read it. */
    private String classPath() throws IOException, InterruptedException {
        Path copies = Files.createDirectories(temp.resolve("programs"));
        StringBuilder all = new StringBuilder();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!entry.isEmpty() && Files.exists(Path.of(entry))) {
                String copy = copies.resolve(all.length() + "-" + Path.of(entry).getFileName())
                        .toString();
                run("cp", "-rL", entry, copy);
                all.append(copy).append(File.pathSeparator);
            }
        }
        run("chmod", "-R", "a+rX", copies.toString());
        return all.toString();
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        if (daemon != null) {
            daemon.close();
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    private static String asUser(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(AS_USER);
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    private void serve(String adapter) throws IOException, InterruptedException {
        serve(AS_USER, adapter);
    }

    private void serve(List<String> prefix, String adapter) throws IOException, InterruptedException {
        daemon = Daemon.under(
                prefix,
                List.of("-Djava.io.tmpdir=" + temp.resolve("home"), "-XX:-UsePerfData", "-cp", classPath()),
                temp.resolve("home/state"),
                temp.resolve("home/mount"),
                "--mount-adapter",
                adapter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr-fuse"})
    void aMountOfOnesOwnKeepsTheContractAndOutlivesKillNine(String adapter) throws Exception {
        serve(adapter);
        String x = daemon.root("x").toString();
        asUser("sh", "-c", CONTRACT, "sh", x);
        String before = asUser("sh", "-c", "cd \"$1\" && find . -printf '%p %y %m %n %s %l\\n' | sort", "sh", x);
        for (int round = 0; round < 3; round++) {
            daemon.kill();
            daemon.restart();
            assertThat(asUser("sh", "-c", "cd \"$1\" && find . -printf '%p %y %m %n %s %l\\n' | sort", "sh", x))
                    .as("round %d", round)
                    .isEqualTo(before);
        }
        assertThat(mounts(temp.resolve("home/mount")))
                .as("nothing stale lies under it")
                .isEqualTo(1);
        daemon.close();
        assertThat(mounts(temp.resolve("home/mount"))).isZero();
        daemon = null;
    }

    /** {@code user_allow_other} in a fuse.conf(5) that this daemon and its fusermount3 alone see. */
    private void serveWhere(String configuration, String adapter) throws Exception {
        Path file = Files.writeString(temp.resolve("fuse.conf"), configuration);
        List<String> prefix = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "mount --bind \"$0\" /etc/fuse.conf && exec \"$@\"",
                file.toString()));
        prefix.addAll(AS_USER);
        serve(prefix, adapter);
    }

    private int stranger(String command) throws IOException, InterruptedException {
        long pid = daemon.ask("{\"op\":\"ping\"}").path("pid").asLong();
        return new ProcessBuilder(
                        "nsenter",
                        "--target",
                        Long.toString(pid),
                        "--mount",
                        "setpriv",
                        "--reuid",
                        STRANGER,
                        "--regid",
                        STRANGER,
                        "--clear-groups",
                        "--",
                        "sh",
                        "-c",
                        command,
                        "sh",
                        daemon.root("x").toString())
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("stranger.log").toFile())
                .start()
                .waitFor();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr-fuse"})
    void othersAreLetInWhereTheMachineLetsUsersLetThem(String adapter) throws Exception {
        serveWhere("user_allow_other\n", adapter);
        assertThat(stranger("test \"$(cat \"$1/etc/conf\")\" = shipped && ls \"$1/usr/lib\" | grep -qx deep"))
                .isZero();
        assertThat(stranger("echo more >>\"$1/etc/conf\""))
                .as("modes are kept to: nobody's file of mode 644")
                .isNotZero();
        assertThat(stranger("touch \"$1/etc/new\" || rm -f \"$1/usr/lib/deep\""))
                .isNotZero();
        assertThat(stranger("test -e \"$1/usr/lib/deep\"")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr-fuse"})
    void othersAreKeptOutWhereItDoesNot(String adapter) throws Exception {
        serveWhere("#user_allow_other\n", adapter);
        assertThat(stranger("ls \"$1\"")).isNotZero();
        assertThat(stranger("cat \"$1/etc/conf\"")).isNotZero();
        assertThat(stranger("test ! -e \"$1/etc/conf\"")).isZero();
    }

    private static long mounts(Path at) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.filter(line -> Objects.equals(line.split(" ")[4], at.toString()))
                    .count();
        }
    }
}

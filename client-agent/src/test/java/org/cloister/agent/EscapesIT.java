package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeSite;
import org.cloister.agent.network.NetworkNames;
import org.cloister.events.RootName;
import org.cloister.events.layer.Closure;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program tries from inside, as root there and as an ordinary user, in a chroot, a service and a guest ({@code attempts.pl}, a line for each attempt): none
 * succeeds, and the host is as it was. docs/isolation.md has a row for each.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EscapesIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String SOMEBODY = "54321";
    private static final String SECRET = "ESCAPE-SECRET";
    private static final String CHROOT = "chroot";
    private static final String GUEST = "guest";
    private static final String NO_HOME = "--no-home";

    @TempDir
    static Path temp;

    private FakeSite site;
    private Process agent;
    private Process bystander;
    private Path mount;
    private Path state;
    private Path home;
    private String before;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        boolean root = System.getProperty("user.name").equals("root");
        boolean built = Files.isDirectory(AgentProcess.CHECKOUT.resolve("fuse-agent/target/lib"));
        boolean possible = root && built && Files.isWritable(Path.of("/dev/fuse"));
        if (!possible) {
            System.out.println("EscapesIT skipped: root " + root + ", fuse-agent packaged " + built + ", /dev/fuse "
                    + Files.isWritable(Path.of("/dev/fuse")));
        }
        Assumptions.assumeThat(possible).isTrue();
        Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxr-xr-x"));
        site = new FakeSite(temp);
        state = temp.resolve("one");
        mount = temp.resolve("mnt-one");
        home = Files.createDirectories(temp.resolve("people/alice"));
        Path script = temp.resolve("tiny-root");
        Files.writeString(script, resource("/org/cloister/agent/supervise/tiny-root"));
        assertThat(output(List.of("sh", script.toString(), temp.resolve("tiny").toString())))
                .isEmpty();
        Closure.Member member = site.pool().importDeb(temp.resolve("tiny.deb"));
        site.install(site.root(new RootName("tiny"), member), site.root(new RootName("victim"), member));
        agent = AgentProcess.start(temp, "one", site.repository().uri());
        Awaitility.await().atMost(LIMIT).until(() -> Files.isDirectory(mount.resolve("victim/usr/bin")));
        Awaitility.await().atMost(LIMIT).until(() -> Files.exists(state.resolve("launch/victim/enter")));
        bystander = new ProcessBuilder("sleep", "1000").start();
        prepare();
    }

    private void prepare() throws IOException, InterruptedException {
        Path hidden = Files.createDirectories(home.resolve(".config/cloister"));
        for (Path secret : List.of(
                mount.resolve("victim/secret"),
                state.resolve("secret"),
                home.resolve("document"),
                hidden.resolve("secret"))) {
            Files.writeString(secret, SECRET + "\n");
        }
        Files.writeString(mount.resolve("tiny/attempts.pl"), resource("escape/attempts.pl"));
        writeFacts(false);
        Path units = Files.createDirectories(mount.resolve("tiny/etc/systemd/system"));
        Files.writeString(
                units.resolve("escape.service"),
                "[Service]\nType=oneshot\nExecStart=/usr/bin/perl /attempts.pl chroot /facts\nTimeoutStartSec=60\n");
        before = host();
    }

    private void writeFacts(boolean granted) throws IOException {
        long device = ((Number) Files.getAttribute(temp, "unix:dev")).longValue();
        Files.writeString(
                mount.resolve("tiny/facts"),
                "victim=" + mount.resolve("victim") + "\nstate=" + state + "\nhome=" + home + "\ngranted="
                        + (granted ? "1" : "") + "\npid=" + bystander.pid() + "\ndisk=" + (device >> 8 & 0xFFF) + ":"
                        + (device & 0xFF) + "\n");
    }

    @AfterEach
    void theHostIsAsItWas() throws IOException, InterruptedException {
        assertThat(bystander.isAlive()).as("a process of the host").isTrue();
        assertThat(host()).isEqualTo(before);
        assertThat(output(List.of("mountpoint", mount.toString()))).contains("is a mountpoint");
        assertThat(mount.resolve("victim/secret")).hasContent(SECRET);
        for (Path place : List.of(mount.resolve("victim"), state, home)) {
            assertThat(place.resolve("escape")).doesNotExist();
        }
        assertThat(cloister("status")).doesNotContain("What to do");
    }

    @AfterAll
    void stop() throws IOException, InterruptedException {
        if (agent != null) {
            bystander.destroyForcibly();
            agent.destroy();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            site.close();
        }
    }

    /** What is the host's kernel's. */
    private static String host() throws IOException, InterruptedException {
        StringBuilder text = new StringBuilder();
        for (String file : List.of("kernel/hostname", "kernel/core_pattern", "vm/swappiness")) {
            text.append(Files.readString(Path.of("/proc/sys", file)));
        }
        text.append(Files.readString(Path.of("/proc/swaps")));
        text.append(named(Files.readString(Path.of("/proc/keys"))));
        if (Files.isExecutable(Path.of("/usr/sbin/nft"))) {
            text.append(named(output(List.of("nft", "list", "tables"))));
        }
        return text.toString();
    }

    /** Of a list, what an attempt would have made. */
    private static List<String> named(String lines) {
        return lines.lines().filter(line -> line.contains("escape")).toList();
    }

    @Test
    void rootInAChrootReachesNothingOfTheHost() throws Exception {
        refused(cloister("run", NO_HOME, "tiny", "--", "/usr/bin/perl", "/attempts.pl", CHROOT, "/facts"));
    }

    @Test
    void rootInAChrootWithTheHomeReachesNothingElse() throws Exception {
        writeFacts(true);
        try {
            String said = cloister("run", "--home", "tiny", "--", "/usr/bin/perl", "/attempts.pl", CHROOT, "/facts");
            refused(said);
        } finally {
            writeFacts(false);
        }
    }

    @Test
    void anOrdinaryUserInAChrootReachesNothingOfTheHost() throws Exception {
        refused(output(List.of(
                "setpriv",
                "--reuid=" + SOMEBODY,
                "--regid=" + SOMEBODY,
                "--clear-groups",
                state.resolve("launch/tiny/enter").toString(),
                NO_HOME,
                "/usr/bin/perl",
                "/attempts.pl",
                CHROOT,
                "/facts")));
    }

    @Test
    void aServiceReachesNothingOfTheHost() throws Exception {
        cloister("service", "start", "tiny", "escape");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cloister("service", "logs", "tiny", "escape").contains("all attempts made"));
        refused(cloister("service", "logs", "tiny", "escape"));
    }

    @Test
    void rootAndAnOrdinaryUserInAGuestReachNothingOfTheHost() throws Exception {
        boolean kernel = Files.isExecutable(Path.of("/usr/bin/linux.uml"));
        if (!kernel) {
            System.out.println("EscapesIT: no guests without /usr/bin/linux.uml (apt-get install user-mode-linux)");
        }
        Assumptions.assumeThat(kernel).isTrue();
        refused(guest("root"));
        refused(guest("svc"));
    }

    private String guest(String user) throws IOException, InterruptedException {
        return cloister(
                "run",
                "--isolation",
                GUEST,
                "--no-network",
                "--user",
                user,
                "tiny",
                "--",
                "/usr/bin/perl",
                "/attempts.pl",
                GUEST,
                "/facts");
    }

    @Test
    void aForkBombEndsInItsRoot() throws Exception {
        List<Path> groups = Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/pids")
                .map(top -> Path.of(
                        top, "cloister-" + NetworkNames.of(state.toString()).tag(), "tiny/pids.max"))
                .filter(Files::exists)
                .toList();
        if (groups.isEmpty()) {
            System.out.println("EscapesIT: no limit of processes without the control group pids");
        }
        Assumptions.assumeThat(groups).isNotEmpty();
        // The limit of a test is smaller than the agent's own, so that it is reached at once.
        Files.writeString(groups.get(0), "300");
        String said = cloister("run", NO_HOME, "tiny", "--", "/usr/bin/perl", "/attempts.pl", "bomb");
        assertThat(said).containsPattern("processes: 2[0-9][0-9]\n");
    }

    @Test
    void aProgramThatAPackageShipsDoesNotMakeItsCallerAnotherUser() throws Exception {
        Path program = mount.resolve("tiny/usr/id");
        Files.copy(Path.of("/usr/bin/id").toRealPath(), program);
        Files.setAttribute(program, "unix:mode", 04755);
        assertThat(output(List.of(
                        "setpriv",
                        "--reuid=" + SOMEBODY,
                        "--regid=" + SOMEBODY,
                        "--clear-groups",
                        program.toString(),
                        "-u")))
                .isEqualTo(SOMEBODY + "\n");
    }

    /** bubblewrap makes what it mounts on, through whatever a root has there. */
    @Test
    void linksInPlaceOfDirectoriesLeadNowhere() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.createDirectory(outside.resolve("run"));
        Path root = mount.resolve("victim");
        for (String name : List.of("tmp", "run", "home")) {
            Path there = root.resolve(name);
            output(List.of("rm", "-rf", there.toString()));
            Files.createSymbolicLink(there, Path.of("../oldroot" + outside + "/" + name));
        }
        cloister("run", "victim", "--", "/usr/bin/id");
        cloister("run", NO_HOME, "victim", "--", "/usr/bin/id");
        try (Stream<Path> made = Files.walk(outside)) {
            assertThat(made).hasSize(2);
        }
    }

    private static void refused(String said) {
        assertThat(said).contains("all attempts made").doesNotContain("ESCAPED").doesNotContain(SECRET);
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(EscapesIT.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String cloister(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(AgentProcess.CHECKOUT + "/bin/cloister"));
        command.addAll(List.of(words));
        return output(command, home, state);
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        return output(command, temp, temp);
    }

    private static String output(List<String> command, Path home, Path state) throws IOException, InterruptedException {
        Path out = Files.createTempFile(temp, "out", "");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("CLOISTER_AGENT_STATE", state.toString());
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("%s", command).isTrue();
        return Files.readString(out);
    }
}

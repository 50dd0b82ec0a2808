package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeSite;
import org.cloister.agent.network.Programs;
import org.cloister.events.HostEvent.InstallationSucceeded;
import org.cloister.events.HostEvent.LeaseGranted;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ordinary user's own agent from its start to its end: everything here but the repository runs without privileges. */
class UserAgentIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** nobody's, who has no subordinate ids. */
    private static final String ID = "65534";

    private static final List<String> AS_USER =
            List.of("setpriv", "--reuid", ID, "--regid", ID, "--clear-groups", "--");
    private static final RootName WEB = new RootName("web");
    /** Perl's own functions alone, so that it needs no module: sockaddr_in of 0.0.0.0:80 (ip(7)). */
    private static final String SERVER =
            "socket S, 2, 1, 0; setsockopt S, 1, 2, 1; bind S, pack('S n a4 x8', 2, 80, qq(\\0) x 4) or die $!; listen S, 9;"
                    + " while (accept C, S) { syswrite C, qq(hello from $<); close C }";

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    private FakeSite site;

    private record Ended(int status, String text) {}

    @BeforeEach
    void start() throws IOException, InterruptedException {
        String missing = missing();
        if (!missing.isEmpty()) {
            System.out.println("UserAgentIT skipped: " + missing);
        }
        Assumptions.assumeThat(missing).isEmpty();
        site = new FakeSite(temp);
        Files.createDirectories(temp.resolve("home"));
        Programs.run("", "chown", "-R", ID + ":" + ID, temp.toString());
    }

    private static String missing() throws IOException, InterruptedException {
        if (!System.getProperty("user.name").equals("root")) {
            return "only root can become another user";
        }
        for (String built : List.of("client-agent/target/lib", "fuse-agent/target/lib")) {
            if (!Files.isDirectory(AgentProcess.CHECKOUT.resolve(built))
                    || run(List.of(
                                            "test",
                                            "-r",
                                            AgentProcess.CHECKOUT.resolve(built).toString()))
                                    .status()
                            != 0) {
                return built + " isn't there, or not for everybody to read";
            }
        }
        for (String program : List.of("setpriv", "bwrap", "slirp4netns", "nsenter", "fusermount3", "perl")) {
            if (Programs.find(program).isEmpty()) {
                return "there is no " + program;
            }
        }
        for (String name : List.of("/dev/fuse", "/dev/net/tun")) {
            Path device = Path.of(name);
            if (!Files.exists(device)
                    || !Files.getPosixFilePermissions(device).contains(PosixFilePermission.OTHERS_WRITE)) {
                return name + " isn't everybody's";
            }
        }
        return run(List.of("unshare", "--user", "--map-root-user", "--net", "true"))
                                .status()
                        == 0
                ? ""
                : "ordinary users may make no namespaces here";
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (Process process : started) {
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        if (site != null) {
            site.close();
        }
    }

    private static ProcessBuilder asUser(List<String> command) {
        List<String> words = new ArrayList<>(AS_USER);
        words.addAll(command);
        return new ProcessBuilder(words).redirectErrorStream(true);
    }

    private static Ended run(List<String> command) throws IOException, InterruptedException {
        return ended(asUser(command).start());
    }

    private static Ended ended(Process process) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), text);
    }

    private Process agent() throws IOException {
        ProcessBuilder builder = asUser(List.of(
                AgentProcess.CHECKOUT + "/bin/agent",
                "--repo",
                site.repository().uri().toString(),
                "--state",
                temp.resolve("one").toString(),
                "--mount",
                temp.resolve("packages").toString(),
                "--enrol-token-file",
                temp.resolve("token").toString()));
        builder.environment().put("HOME", temp.resolve("home").toString());
        builder.environment().put("TMPDIR", temp.toString());
        return started(
                builder.redirectOutput(temp.resolve("agent.log").toFile()).start());
    }

    private Process started(Process process) {
        started.add(0, process);
        return process;
    }

    private ProcessBuilder cloister(String... arguments) {
        List<String> words = new ArrayList<>(List.of(AgentProcess.CHECKOUT + "/bin/cloister"));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = asUser(words).directory(temp.toFile());
        builder.environment().put("CLOISTER_AGENT_STATE", temp.resolve("one").toString());
        builder.environment().put("HOME", temp.resolve("home").toString());
        return builder;
    }

    @Test
    void aPackageIsInstalledRunAndReachedAtItsPortWithoutPrivilegesAndNothingIsLeft() throws Exception {
        Process agent = agent();
        site.install(HostPrograms.root(WEB.text(), List.of("sh", "id", "cat", "perl"), site.pool(), site.repository()));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> site.events().stream().anyMatch(InstallationSucceeded.class::isInstance));
        assertThat(ended(cloister("run", "web", "--", "sh", "-c", "id -u; echo kept >/var/f; cat /var/f")
                        .start()))
                .isEqualTo(new Ended(0, ID + "\nkept\n"));
        assertThat(run(List.of("cat", temp.resolve("packages/web/var/f").toString())))
                .isEqualTo(new Ended(0, "kept\n"));

        Ended image = ended(cloister("device", "attach-image", "disc.iso").start());
        assertThat(image.status()).isNotZero();
        assertThat(image.text()).contains("ordinary user's");

        int outside;
        try (ServerSocket socket = new ServerSocket(0)) {
            outside = socket.getLocalPort();
        }
        site.append(new LeaseGranted(WEB, Port.tcp(80), Port.tcp(outside), PortSource.ASKED, "it is free"));
        Path enter = temp.resolve("one/launch/web/enter");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> Files.readString(enter).contains(temp.resolve("one/network") + "/"));
        Process server = started(
                cloister("run", "--no-home", "web", "--", "perl", "-e", SERVER).start());
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(said(outside)).isEqualTo("hello from " + ID));

        agent.destroy();
        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(said(outside)).contains("refused");
        // A signal to bubblewrap isn't one to the program in it.
        server.descendants().forEach(ProcessHandle::destroyForcibly);
        assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(Path.of("/proc/self/mounts"))).doesNotContain(temp.toString());
        Awaitility.await().atMost(LIMIT).untilAsserted(() -> assertThat(ours()).isEmpty());
    }

    /** Processes that were told of this test's directory. */
    private List<String> ours() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .flatMap(process -> Stream.of(process.info().commandLine().orElse("")))
                .filter(line -> line.contains(temp.toString()))
                .toList();
    }

    /** What the port says, or what keeps it from that. */
    private static String said(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(2_000);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}

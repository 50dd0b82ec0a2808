package org.cloister.agent.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.RemovalRequested;
import org.cloister.events.HostEvent.ServiceDisabled;
import org.cloister.events.HostEvent.ServiceEnabled;
import org.cloister.events.HostEvent.ServiceExited;
import org.cloister.events.HostEvent.ServiceResult;
import org.cloister.events.HostEvent.ServiceStarted;
import org.cloister.events.HostEvent.ServicesIsolated;
import org.cloister.events.Isolation;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services of a small package under a real agent with a real mount, asked as people ask. */
class ServicesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final RootName TINY = new RootName("tiny");
    private static final ServiceName WEB = new ServiceName("web");

    @TempDir
    Path temp;

    private final List<Process> started = new ArrayList<>();
    /** Words before those of the agent. */
    private List<String> around = List.of();

    private FakeSite site;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        String missing = !Files.isDirectory(CHECKOUT.resolve("fuse-agent/target/lib"))
                ? "fuse-agent isn't packaged"
                : !Files.isWritable(Path.of("/dev/fuse"))
                        ? "no /dev/fuse"
                        : !System.getProperty("user.name").equals("root") ? "not root" : "";
        if (!missing.isEmpty()) {
            System.out.println("ServicesIT skipped: " + missing);
        }
        Assumptions.assumeThat(missing).isEmpty();
        site = new FakeSite(temp);
        site.install(site.root(TINY, site.pool().importDeb(tiny())));
    }

    private Path tiny() throws IOException, InterruptedException {
        Path script = temp.resolve("tiny-root");
        try (var in = Objects.requireNonNull(ServicesIT.class.getResourceAsStream("tiny-root"))) {
            Files.copy(in, script);
        }
        assertThat(run(List.of("sh", script.toString(), temp.resolve("tiny").toString())))
                .isEmpty();
        return temp.resolve("tiny.deb");
    }

    @AfterEach
    void stop() throws IOException, InterruptedException {
        for (Process process : started) {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        if (site != null) {
            site.close();
        }
        ours("").forEach(ProcessHandle::destroyForcibly);
        for (String state : List.of("one", "two")) {
            run(List.of("umount", "-l", temp.resolve("mnt-" + state).toString()));
        }
    }

    @Test
    void servicesRunAsTheirUnitsSayOutliveTheAgentAndAreOnRecord() throws Exception {
        Process agent = agent("one");
        assertThat(cloister("service", "list", "tiny"))
                .contains("web ", "twice ", "Has no unit")
                .doesNotContain("systemd");

        // Ready when it says so, as its user, after what it requires, with its variables and directories.
        assertThat(cloister("service", "enable", "--now", "tiny", "web")).contains("web of tiny is up, enabled");
        Path run = temp.resolve("one/service/run/tiny");
        assertThat(run.resolve("web/id")).content().contains("uid=77(svc) gid=77(svc) groups=77(svc),78(more)");
        assertThat(Files.getAttribute(run.resolve("made"), "unix:uid")).isEqualTo(77);
        assertThat(cloister("service", "status", "tiny", "web"))
                .contains(
                        "says: serving",
                        "WatchdogSec= has no effect here",
                        "pre hello there",
                        "web hello there hello there web.service");
        assertThat(cloister("service", "list", "tiny")).containsPattern("base +exited");

        // A daemon that forked twice, with a child that listens to nobody, ends with its service.
        assertThat(cloister("service", "start", "tiny", "twice")).contains("is up");
        Awaitility.await().atMost(LIMIT).until(() -> ours("86402").size() == 2);
        assertThat(cloister("service", "stop", "tiny", "twice")).contains("failed (it didn't stop in 1 s)");
        assertThat(ours("86402")).isEmpty();

        // An init script.
        assertThat(cloister("service", "start", "tiny", "old")).contains("is up");
        Awaitility.await().atMost(LIMIT).until(() -> ours("86403").size() == 1);

        // What the first says is still heard as its own: each sandbox has its sockets, though all share /dev.
        run(List.of("kill", "-USR1", Long.toString(ours("/usr/sbin/web").get(0).pid())));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cloister("service", "status", "tiny", "web").contains("says: again"));

        // One that crashes is not started for ever.
        cloister("service", "start", "tiny", "crash");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cloister("service", "status", "tiny", "crash").contains("started 5 times"));

        // The agent is killed: services go on, and the next agent knows them and what became of them meanwhile.
        ProcessHandle web = ours("/usr/sbin/web").get(0);
        ProcessHandle old = ours("86403").get(0);
        List<Path> groups = controlGroups();
        for (Path group : groups) {
            assertThat(group.resolve("cgroup.procs")).content().contains(Long.toString(web.pid()));
        }
        agent.destroyForcibly().waitFor();
        assertThat(web.isAlive() && old.isAlive()).isTrue();
        web.destroyForcibly();
        Awaitility.await().atMost(LIMIT).until(() -> !web.isAlive());
        agent = agent("one");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cloister("service", "list", "tiny").matches("(?s).*web +up +yes.*"));
        assertThat(ours("/usr/sbin/web")).hasSize(1);
        assertThat(old.isAlive()).isTrue();
        assertThat(cloister("service", "stop", "tiny", "old")).contains("is down");
        assertThat(ours("86403")).isEmpty();

        // It ends in order: nothing is left, and the next agent starts it again.
        agent.destroy();
        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(ours("/usr/sbin/web")).isEmpty();
        assertThat(groups).noneMatch(Files::exists);
        agent = agent("one");
        Awaitility.await().atMost(LIMIT).until(() -> ours("/usr/sbin/web").size() == 1);
        agent.destroy();
        assertThat(agent.waitFor(30, TimeUnit.SECONDS)).isTrue();

        // An empty agent replays to the same services.
        Files.createDirectories(temp.resolve("two"));
        for (String file : List.of("key.pem", "enrolment.json")) {
            Files.copy(temp.resolve("one/" + file), temp.resolve("two/" + file));
        }
        agent("two");
        Awaitility.await().atMost(LIMIT).until(() -> ours("/usr/sbin/web").size() == 1);
        site.append(new RemovalRequested(List.of(TINY)));
        Awaitility.await().atMost(LIMIT).until(() -> ours("/usr/sbin/web").isEmpty());
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> events().contains(new ServiceDisabled(TINY, WEB, "its root was removed")));
        assertThat(events())
                .containsSubsequence(
                        new ServiceEnabled(TINY, WEB),
                        new ServiceStarted(TINY, WEB, 0),
                        new ServiceExited(TINY, WEB, ServiceResult.SIGNAL, "its program was ended by SIGKILL", true),
                        new ServiceStarted(TINY, WEB, 1),
                        new ServiceExited(TINY, WEB, ServiceResult.SUCCESS, "the agent ends", false),
                        new ServiceStarted(TINY, WEB, 0))
                .contains(new ServiceExited(
                        TINY,
                        new ServiceName("crash"),
                        ServiceResult.START_LIMIT,
                        "it was started 5 times in 10 s; the last time its program ended with status 3",
                        false));
    }

    @Test
    void servicesOfARootMoveIntoAGuestAndOutAgain() throws Exception {
        boolean kernel = Files.isExecutable(Path.of("/usr/bin/linux.uml"));
        if (!kernel) {
            System.out.println("ServicesIT: no guests without linux.uml");
        }
        Assumptions.assumeThat(kernel).isTrue();
        Process agent = agent("one");
        assertThat(cloister("service", "start", "tiny", "old")).contains("is up");
        assertThat(cloister("service", "start", "--isolation", "guest", "tiny", "web"))
                .contains("web of tiny is up");
        assertThat(cloister("service", "status", "tiny", "web"))
                .contains("isolation: guest", "says: serving", "web hello there hello there web.service");

        // All of the root are in one guest, and none is a process of this machine; the one that was up moves.
        assertThat(ours("/usr/sbin/web")).isEmpty();
        assertThat(ours("86403")).isEmpty();
        assertThat(cloister("service", "list", "tiny")).containsPattern("old +up");
        assertThat(cloister("service", "start", "tiny", "twice")).contains("is up");
        assertThat(cloister("guest", "list").lines().filter(line -> line.contains("services")))
                .hasSize(1);
        assertThat(cloister("guest", "console", "tiny", "--", "cat", "/run/web/id"))
                .contains("uid=77(svc) gid=77(svc) groups=77(svc),78(more)");
        assertThat(cloister("service", "stop", "tiny", "twice")).contains("failed (it didn't stop in 1 s)");

        // They outlive the agent as others do.
        agent.destroyForcibly().waitFor();
        agent("one");
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> cloister("service", "list", "tiny").matches("(?s).*web +up.*"));
        assertThat(cloister("service", "status", "tiny", "web")).contains("isolation: guest");

        assertThat(cloister("service", "restart", "--isolation", "chroot", "tiny", "web"))
                .contains("web of tiny is up");
        Awaitility.await().atMost(LIMIT).until(() -> ours("/usr/sbin/web").size() == 1);
        Awaitility.await().atMost(LIMIT).until(() -> site.events().stream().anyMatch(GuestStopped.class::isInstance));
        assertThat(cloister("guest", "list")).doesNotContain("services");
        assertThat(events())
                .containsSubsequence(
                        new ServiceStarted(TINY, WEB, 0),
                        new ServiceExited(TINY, WEB, ServiceResult.SUCCESS, "it moves out of its guest", false),
                        new ServiceStarted(TINY, WEB, 0));
        assertThat(site.events())
                .filteredOn(ServicesIsolated.class::isInstance)
                .containsExactly(
                        new ServicesIsolated(TINY, Isolation.GUEST), new ServicesIsolated(TINY, Isolation.CHROOT));
    }

    @Test
    void servicesAreUnitsOfSystemdWhereItRuns() throws Exception {
        boolean systemd = PrivateSystemd.isPossible();
        if (!systemd) {
            System.out.println("ServicesIT: no systemd here");
        }
        Assumptions.assumeThat(systemd).isTrue();
        try (PrivateSystemd machine = new PrivateSystemd(temp)) {
            around = machine.words();
            Process agent = agent("one");
            assertThat(cloister("service", "enable", "--now", "tiny", "web")).contains("web of tiny is up, enabled");
            assertThat(machine.units())
                    .containsPattern("cloister-[0-9a-f]+-tiny-web-\\S+\\.service +loaded +active +running");
            ProcessHandle web = ours("/usr/sbin/web").get(0);

            // The agent is killed and comes again: the unit goes on, and is known.
            agent.children().forEach(ProcessHandle::destroyForcibly);
            agent.waitFor();
            agent("one");
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> cloister("service", "list", "tiny").matches("(?s).*web +up +yes.*"));
            assertThat(ours("/usr/sbin/web")).containsExactly(web);
            assertThat(cloister("service", "stop", "tiny", "web")).contains("is down");
            Awaitility.await().atMost(LIMIT).until(() -> !machine.units().contains("-tiny-web-"));
        }
    }

    private List<HostEvent> events() {
        return site.events().stream()
                .filter(HostEvent.ServiceEvent.class::isInstance)
                .toList();
    }

    /** Where this machine has them: those that bound the root's processes and memory. */
    private List<Path> controlGroups() {
        String name =
                "cloister-" + NetworkNames.of(temp.resolve("one").toString()).tag() + "/tiny/programs";
        return Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/memory")
                .map(top -> Path.of(top, name))
                .filter(Files::isDirectory)
                .toList();
    }

    /** Processes of this test's sandboxes that have this in their command line. */
    private List<ProcessHandle> ours(String word) {
        String own = word.isEmpty() ? temp.toString() : word;
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> commandLine(process).contains(own))
                .filter(process -> word.isEmpty() || isInMount(process))
                .toList();
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }

    /** Not another test's, and not the sandbox's first process. */
    private boolean isInMount(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/mountinfo"))
                    .contains(temp.getFileName().toString());
        } catch (IOException e) {
            return false;
        }
    }

    private Process agent(String state) throws IOException {
        List<String> words = new ArrayList<>(around);
        words.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dcloister.home=" + CHECKOUT,
                "-cp",
                System.getProperty("java.class.path"),
                "org.cloister.agent.AgentMain",
                "--repo",
                site.repository().uri().toString(),
                "--state",
                temp.resolve(state).toString(),
                "--mount",
                temp.resolve("mnt-" + state).toString(),
                "--enrol-token-file",
                temp.resolve("token").toString()));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment()
                .put("HOME", Files.createDirectories(temp.resolve("home")).toString());
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        temp.resolve(state + ".log").toFile()))
                .start();
        started.add(process);
        if (state.equals("one")) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> answers() && cloister("list").contains("tiny"));
        }
        return process;
    }

    /** Without an agent the command takes a JVM of its own. */
    private boolean answers() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(temp.resolve("one/agent.sock")))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String cloister(String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(CHECKOUT.resolve("bin/cloister").toString()));
        command.addAll(List.of(words));
        return run(command);
    }

    private String run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("HOME", temp.resolve("home").toString());
        builder.environment()
                .put("CLOISTER_AGENT_SOCKET", temp.resolve("one/agent.sock").toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return out;
    }
}

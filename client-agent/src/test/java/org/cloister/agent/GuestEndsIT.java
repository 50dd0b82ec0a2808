package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.agent.GuestHost.LIMIT;
import static org.cloister.agent.GuestHost.NOTHING;
import static org.cloister.agent.GuestHost.awaitLine;
import static org.cloister.agent.GuestHost.names;
import static org.cloister.agent.GuestHost.worksBelow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.cloister.agent.GuestHost.Ended;
import org.cloister.agent.fake.FakeSite;
import org.cloister.agent.network.NetworkNames;
import org.cloister.events.HostEvent.GuestStarted;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How real guests end: by their program, by a signal, a limit of time, or the end of their runner; and what is told of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestEndsIT {
    @TempDir
    static Path temp;

    private FakeSite site;
    private GuestHost host;

    @BeforeAll
    void start() throws IOException, InterruptedException {
        GuestHost.assumePossible("GuestEndsIT");
        site = new FakeSite(temp);
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
    void whatEndsAProgramIsTold() throws Exception {
        assertThat(host.guest(NOTHING, "sh", "-c", "kill -9 $$").status()).isEqualTo(137);
        Ended absent = host.guest(NOTHING, "no-such-program");
        assertThat(absent.status()).isEqualTo(127);
        assertThat(absent.err()).contains("can't start no-such-program");
    }

    @Test
    void aGuestIsListedAskedEnteredAndEnded() throws Exception {
        Process runner = host.begin(
                "run",
                "--isolation",
                "guest",
                "--memory",
                "96M",
                "--no-network",
                "tools",
                "--",
                "sh",
                "-c",
                "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.1; done");
        awaitLine(runner, "up");
        assertThat(host.cloister(NOTHING, "guest", "list").out())
                .contains("tools-" + runner.pid(), "running", "96 MiB", "none");
        assertThat(host.cloister(NOTHING, "--json", "guest", "stats", "tools").out())
                .contains("\"processes\":", "\"heldKiB\":");
        assertThat(host.run(
                                AgentProcess.CHECKOUT + "/bin/guest",
                                "mconsole",
                                temp.resolve("one/guests/tools-" + runner.pid()).toString(),
                                "version")
                        .out())
                .contains("Linux");
        for (Path group : groups()) {
            assertThat(runner.descendants().map(process -> Long.toString(process.pid())))
                    .as("its kernel's processes are bounded with the root's")
                    .containsAnyElementsOf(Files.readAllLines(group));
        }
        Ended entered =
                host.cloister(NOTHING, "guest", "console", "tools", "--", "sh", "-c", "echo in console; exit 4");
        assertThat(entered.out()).contains("in console");
        assertThat(entered.status()).isEqualTo(4);
        assertThat(host.cloister(NOTHING, "guest", "stop", "tools").out())
                .contains("tools-" + runner.pid() + " has ended.");
        assertThat(runner.waitFor()).isEqualTo(143);
        assertThat(new String(runner.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("bye");
        host.awaitStopped(runner.pid(), "ended by SIGTERM");
        assertThat(site.events().stream()
                        .filter(GuestStarted.class::isInstance)
                        .map(event -> ((GuestStarted) event).guest().text()))
                .contains("tools-" + runner.pid());
    }

    @Test
    void aProgramThatListensToNothingEndsWhenItsTimeIsOver() throws Exception {
        Ended ended = host.cloister(
                NOTHING,
                "run",
                "--isolation",
                "guest",
                "--timeout",
                "4",
                "--no-network",
                "tools",
                "--",
                "sh",
                "-c",
                "trap '' TERM; while :; do sleep 1; done");
        assertThat(ended.status()).isEqualTo(124);
    }

    @Test
    void nothingIsLeftOfAKilledRunner() throws Exception {
        Process runner = host.begin("run", "--isolation", "guest", "tools", "--", "sh", "-c", "echo up; sleep 1000");
        awaitLine(runner, "up");
        List<ProcessHandle> below = runner.descendants().toList();
        assertThat(below).hasSizeGreaterThan(3);
        runner.destroyForcibly().waitFor();
        host.awaitStopped(runner.pid(), "its runner was killed");
        Awaitility.await().atMost(LIMIT).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(temp.resolve("one/guests/tools-" + runner.pid())).doesNotExist();
    }

    @Test
    void nothingIsLeftOfAGuestThatEndsBeforeItsKernelCalledAnybody() throws Exception {
        Path guests = Files.createDirectories(temp.resolve("none"));
        Process runner = host.begin(runner("none", temp.resolve("nothing"), guests));
        assertThat(new String(runner.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("Can't find source path");
        assertThat(runner.waitFor()).isEqualTo(125);
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses().noneMatch(process -> worksBelow(process.pid(), guests)));
    }

    @Test
    void nothingIsLeftOfARunnerThatIsKilledWhileItsGuestBoots() throws Exception {
        Path guests = Files.createDirectories(temp.resolve("killed"));
        Process runner = host.begin(runner("tools", temp.resolve("mnt-one/tools"), guests));
        // slirp4netns(1) is there, and waits for the kernel in a process that it forked.
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses()
                                .filter(process ->
                                        worksBelow(process.pid(), guests.resolve("tools-" + runner.pid() + "/net")))
                                .count()
                        > 1);
        runner.destroyForcibly().waitFor();
        // The sandbox works elsewhere, and has the directory among its words.
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses()
                        .noneMatch(process -> worksBelow(process.pid(), guests) || names(process.pid(), guests)));
    }

    private static List<Path> groups() {
        String name =
                "cloister-" + NetworkNames.of(temp.resolve("one").toString()).tag();
        return Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/memory")
                .map(top -> Path.of(top, name, "tools/programs/cgroup.procs"))
                .filter(Files::exists)
                .toList();
    }

    /** Of a guest that no agent knows. */
    private static ProcessBuilder runner(String root, Path tree, Path guests) {
        return new ProcessBuilder(
                AgentProcess.CHECKOUT + "/bin/guest",
                "run",
                "--root",
                root,
                "--tree",
                tree.toString(),
                "--guests",
                guests.toString(),
                "--etc",
                "/etc",
                "--",
                "true");
    }
}

package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeLog;
import org.cloister.agent.fake.FakePool;
import org.cloister.agent.fake.FakeRepository;
import org.cloister.agent.network.NetworkNames;
import org.cloister.agent.report.HostKey;
import org.cloister.events.DeviceId;
import org.cloister.events.DeviceKind;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.DeviceGranted;
import org.cloister.events.HostEvent.DeviceReleased;
import org.cloister.events.HostEvent.GuestStarted;
import org.cloister.events.HostEvent.GuestStopped;
import org.cloister.events.HostEvent.InstallRequested;
import org.cloister.events.HostId;
import org.cloister.events.RecordedEvent;
import org.cloister.events.RootName;
import org.cloister.events.codec.EventCodec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real guests on a real mount: a root of this machine's own programs, one agent for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuestsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path NOTHING = Path.of("/dev/null");
    private static final List<String> PROGRAMS = List.of(
            "sh",
            "cat",
            "id",
            "sleep",
            "stat",
            "touch",
            "mkdir",
            "chown",
            "sha256sum",
            "stty",
            "tty",
            "ls",
            "mount",
            "umount",
            "env",
            "pwd");
    /** Larger than what may be on the way at a time. */
    private static final int BYTES = 300_000;

    @TempDir
    static Path temp;

    private final EventCodec codec = new EventCodec();
    private final List<Process> started = new ArrayList<>();
    private FakePool pool;
    private FakeLog log;
    private FakeRepository repository;
    private Process agent;
    private HostId host;
    private boolean hasDisc;

    private record Ended(int status, String out, String err) {}

    @BeforeAll
    void start() throws IOException, InterruptedException {
        boolean root = System.getProperty("user.name").equals("root");
        boolean built = Files.isDirectory(AgentProcess.CHECKOUT.resolve("fuse-agent/target/lib"));
        boolean kernel = Files.isExecutable(Path.of("/usr/bin/linux.uml"));
        boolean possible = root && built && kernel && Files.isWritable(Path.of("/dev/fuse"));
        if (!possible) {
            System.out.println(
                    "GuestsIT skipped: root " + root + ", fuse-agent packaged " + built + ", linux.uml " + kernel);
        }
        Assumptions.assumeThat(possible).isTrue();
        pool = new FakePool(temp.resolve("pool"));
        log = new FakeLog();
        repository = new FakeRepository(pool, log, 0);
        Files.createDirectories(temp.resolve("one"));
        host = HostKey.at(temp.resolve("one/key.pem")).host();
        Files.writeString(temp.resolve("token"), "t");
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
        agent = AgentProcess.start(temp, "one", repository.uri());
        log.append(host, new InstallRequested(List.of(HostPrograms.root("tools", PROGRAMS, pool, repository))));
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> log.all().stream().anyMatch(event -> event.type().startsWith("Installation")));
    }

    @AfterEach
    void endPrograms() {
        started.forEach(Process::destroy);
        started.clear();
    }

    @AfterAll
    void stop() throws IOException, InterruptedException {
        if (agent != null) {
            agent.destroy();
            assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
            repository.close();
        }
    }

    @Test
    void theStreamsAreThePrograms() throws Exception {
        byte[] bytes = new byte[BYTES];
        new Random(1).nextBytes(bytes);
        Files.write(temp.resolve("input"), bytes);
        Ended ended = guest(temp.resolve("input"), "sh", "-c", "sha256sum; echo to err >&2; id -u; exit 7");
        assertThat(ended).isEqualTo(new Ended(7, Digest.of(bytes).hex() + "  -\n0\n", "to err\n"));
    }

    @Test
    void whatEndsAProgramIsTold() throws Exception {
        assertThat(guest(NOTHING, "sh", "-c", "kill -9 $$").status()).isEqualTo(137);
        Ended absent = guest(NOTHING, "no-such-program");
        assertThat(absent.status()).isEqualTo(127);
        assertThat(absent.err()).contains("can't start no-such-program");
    }

    @Test
    void filesAreTheSameInGuestAndChroot() throws Exception {
        assertThat(cloister(
                                NOTHING,
                                "run",
                                "tools",
                                "--",
                                "sh",
                                "-c",
                                "mkdir /var/lib/d && chown 33:44 /var/lib/d && echo chroot >/var/c")
                        .status())
                .isZero();
        Ended inGuest = guest(
                NOTHING,
                "sh",
                "-c",
                "cat /var/c; echo guest >/var/g; chown 5:6 /var/g; mkdir /var/lib/d/sub; echo x >/var/lib/d/f");
        assertThat(inGuest.out()).isEqualTo("chroot\n");
        Ended inChroot = cloister(
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
        Ended ended = cloister(
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
        Ended ended = cloister(NOTHING, "run", "tools", "--", "sh", "-c", setting("/proc/sys/vm/swappiness"));
        assertThat(ended.out()).isEqualTo("seen\n");
    }

    /** Sets it to what it is, should that be possible. */
    private static String setting(String file) throws IOException {
        String now = Files.readString(Path.of("/proc/sys/vm/swappiness")).strip();
        return "[ -e " + file + " ] && echo seen; (echo " + now + " >" + file + ") && echo changed";
    }

    @Test
    void aGuestIsListedAskedEnteredAndEnded() throws Exception {
        Process runner = begin(
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
        assertThat(cloister(NOTHING, "guest", "list").out())
                .contains("tools-" + runner.pid(), "running", "96 MiB", "none");
        assertThat(cloister(NOTHING, "--json", "guest", "stats", "tools").out())
                .contains("\"processes\":", "\"heldKiB\":");
        assertThat(run(
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
        Ended entered = cloister(NOTHING, "guest", "console", "tools", "--", "sh", "-c", "echo in console; exit 4");
        assertThat(entered.out()).contains("in console");
        assertThat(entered.status()).isEqualTo(4);
        assertThat(cloister(NOTHING, "guest", "stop", "tools").out()).contains("tools-" + runner.pid() + " has ended.");
        assertThat(runner.waitFor()).isEqualTo(143);
        assertThat(new String(runner.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("bye");
        awaitStopped(runner.pid(), "ended by SIGTERM");
        assertThat(events().stream()
                        .filter(GuestStarted.class::isInstance)
                        .map(event -> ((GuestStarted) event).guest().text()))
                .contains("tools-" + runner.pid());
    }

    @Test
    void aProgramThatListensToNothingEndsWhenItsTimeIsOver() throws Exception {
        Ended ended = cloister(
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
        Process runner = begin("run", "--isolation", "guest", "tools", "--", "sh", "-c", "echo up; sleep 1000");
        awaitLine(runner, "up");
        List<ProcessHandle> below = runner.descendants().toList();
        assertThat(below).hasSizeGreaterThan(3);
        runner.destroyForcibly().waitFor();
        awaitStopped(runner.pid(), "its runner was killed");
        Awaitility.await().atMost(LIMIT).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(temp.resolve("one/guests/tools-" + runner.pid())).doesNotExist();
    }

    @Test
    void nothingIsLeftOfAGuestThatEndsBeforeItsKernelCalledAnybody() throws Exception {
        Path guests = Files.createDirectories(temp.resolve("none"));
        Process runner = new ProcessBuilder(
                        AgentProcess.CHECKOUT + "/bin/guest",
                        "run",
                        "--root",
                        "none",
                        "--tree",
                        temp.resolve("nothing").toString(),
                        "--guests",
                        guests.toString(),
                        "--etc",
                        "/etc",
                        "--",
                        "true")
                .redirectErrorStream(true)
                .start();
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
        Process runner = new ProcessBuilder(
                        AgentProcess.CHECKOUT + "/bin/guest",
                        "run",
                        "--root",
                        "tools",
                        "--tree",
                        temp.resolve("mnt-one/tools").toString(),
                        "--guests",
                        guests.toString(),
                        "--etc",
                        "/etc",
                        "--",
                        "true")
                .redirectErrorStream(true)
                .start();
        started.add(runner);
        // slirp4netns(1) is there, and waits for the kernel in a process that it forked.
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses()
                                .filter(process ->
                                        worksBelow(process.pid(), guests.resolve("tools-" + runner.pid() + "/net")))
                                .count()
                        > 1);
        runner.destroyForcibly().waitFor();
        Awaitility.await()
                .atMost(LIMIT)
                .until(() -> ProcessHandle.allProcesses().noneMatch(process -> worksBelow(process.pid(), guests)));
    }

    @Test
    void aGuestWaitsForWhoAskedTwiceAndForNobodyElse() throws Exception {
        Files.createDirectories(temp.resolve("two"));
        HostId other = HostKey.at(temp.resolve("two/key.pem")).host();
        Process second = AgentProcess.start(temp, "two", repository.uri(), 512);
        try {
            log.append(other, new InstallRequested(List.of(HostPrograms.root("tools", PROGRAMS, pool, repository))));
            Awaitility.await().atMost(LIMIT).until(() -> ofSecond("list").out().contains("tools"));
            for (int asked = 0; asked < 2; asked++) {
                assertThat(ofSecond(inGuest("pwd")).status()).isZero();
            }
            String waiting = awaitWaiting("");
            assertThat(warm("sh", "-c", "cat; echo to err >&2; pwd; exit 7"))
                    .isEqualTo(new Ended(7, "input\n/\n", "to err\n"));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> events().stream()
                            .anyMatch(event -> event instanceof GuestStarted started
                                    && started.guest().text().equals(waiting)));

            // Whoever asks for another memory isn't given it; when the root's grants change, nobody is.
            String next = awaitWaiting(waiting);
            log.append(other, new DeviceGranted(new RootName("tools"), new DeviceId("usb-1-2"), DeviceKind.OPTICAL));
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> !ofSecond("guest", "list").out().contains(next));
            assertThat(ofSecond(inGuest("pwd")).status()).isZero();
            assertThat(ofSecond(inGuest("pwd")).status()).isZero();

            // Nothing is left of one whose keeper is killed, and nobody is told of it.
            String last = awaitWaiting(next);
            long keeper = Long.parseLong(last.substring(last.indexOf('-') + 1));
            List<ProcessHandle> below =
                    ProcessHandle.of(keeper).orElseThrow().descendants().toList();
            assertThat(below).isNotEmpty();
            ProcessHandle.of(keeper).orElseThrow().destroyForcibly();
            Awaitility.await().atMost(LIMIT).until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
            Awaitility.await().atMost(LIMIT).until(() -> !Files.exists(temp.resolve("two/guests/" + last)));
            assertThat(events().stream()
                            .filter(event -> event instanceof GuestStopped stopped
                                    && (stopped.guest().text().equals(last)
                                            || stopped.guest().text().equals(next))))
                    .isEmpty();
        } finally {
            second.destroy();
            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private Ended warm(String... words) throws Exception {
        Path input = Files.writeString(temp.resolve("warm-input"), "input\n");
        ProcessBuilder builder = command(inGuest(words));
        builder.environment().put("CLOISTER_AGENT_STATE", temp.resolve("two").toString());
        builder.directory(Path.of("/").toFile());
        return ended(builder, input);
    }

    private static Ended ofSecond(String... arguments) throws Exception {
        ProcessBuilder builder = command(arguments);
        builder.environment().put("CLOISTER_AGENT_STATE", temp.resolve("two").toString());
        return ended(builder, NOTHING);
    }

    /** The guest that waits, and isn't the one that did. */
    private static String awaitWaiting(String before) {
        return Awaitility.await()
                .atMost(LIMIT)
                .until(
                        () -> ofSecond("guest", "list")
                                .out()
                                .lines()
                                .filter(line -> line.contains("waiting"))
                                .map(line -> line.split(" ")[0])
                                .filter(guest -> !guest.equals(before))
                                .findFirst()
                                .orElse(""),
                        guest -> !guest.isEmpty());
    }

    private static boolean worksBelow(long pid, Path directory) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
                    .toString()
                    .startsWith(directory.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    @Test
    void aTerminalIsTheProgramsOwn() throws Exception {
        // exec: a dash(1) that is between vfork(2) and execve(2) when SIGINT comes goes on, as on any kernel.
        ProcessBuilder builder = command(inGuest("sh", "-c", "'tty; stty size; echo up; exec sleep 1000'"));
        builder.command(List.of("script", "-qefc", String.join(" ", builder.command()), "/dev/null"));
        Process terminal = builder.redirectErrorStream(true).start();
        started.add(terminal);
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
        Process runner = begin(inGuest(
                "sh",
                "-c",
                "echo up; until [ -e /media/cdrom/word ]; do sleep 0.1; done; mount -t iso9660 -o ro /dev/cdrom /tmp && cat /tmp/word; umount /tmp; "
                        + "while [ -e /dev/sr0 ] || [ -e /media/cdrom ]; do sleep 0.1; done; echo gone"));
        awaitLine(runner, "up");
        boolean canMount = Files.readString(Path.of("/proc/filesystems")).contains("iso9660")
                || Files.isExecutable(Path.of("/usr/bin/fuseiso"));
        Process chroot = begin(
                "run",
                "tools",
                "--",
                "sh",
                "-c",
                "echo up; until [ -e /media/cdrom/word ]; do sleep 0.1; done; cat /media/cdrom/word; while [ -e /media/cdrom ]; do sleep 0.1; done; echo gone");
        awaitLine(chroot, "up");
        Awaitility.await().atMost(LIMIT).until(() -> discs().size() == 1);
        DeviceId disc = discs().get(0);
        log.append(host, new DeviceGranted(new RootName("tools"), disc, DeviceKind.OPTICAL));
        awaitLine(runner, "a word");
        if (canMount) {
            awaitLine(chroot, "a word");
        } else {
            System.out.println(
                    "GuestsIT: this kernel knows no ISO 9660, and there is no fuseiso: nothing at /media of a chroot");
        }
        log.append(host, new DeviceReleased(new RootName("tools"), disc, "it was asked to"));
        awaitLine(runner, "gone");
        assertThat(runner.waitFor()).isZero();
        if (canMount) {
            awaitLine(chroot, "gone");
        }
    }

    private List<DeviceId> discs() {
        return events().stream()
                .filter(DeviceAttached.class::isInstance)
                .map(DeviceAttached.class::cast)
                .filter(attached -> attached.kind() == DeviceKind.OPTICAL)
                .map(DeviceAttached::device)
                .toList();
    }

    private List<HostEvent> events() {
        List<HostEvent> events = new ArrayList<>();
        for (RecordedEvent recorded : log.all()) {
            events.add((HostEvent) codec.decode(recorded));
        }
        return events;
    }

    private void awaitStopped(long pid, String reason) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(events().stream()
                                .filter(GuestStopped.class::isInstance)
                                .map(GuestStopped.class::cast)
                                .filter(event -> event.guest().text().equals("tools-" + pid)))
                        .singleElement()
                        .satisfies(event -> assertThat(event.reason()).contains(reason)));
    }

    /** What was printed before and with the line. */
    private static String awaitLine(Process process, String line) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().lines().anyMatch(line::equals) || text.charAt(text.length() - 1) != '\n') {
            int next = process.getInputStream().read();
            assertThat(next).as("ended after: %s", text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }

    private Process begin(String... arguments) throws IOException {
        Process process = command(arguments).redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    private static ProcessBuilder command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(AgentProcess.CHECKOUT + "/bin/cloister"));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("CLOISTER_AGENT_STATE", temp.resolve("one").toString());
        builder.environment().put("HOME", temp.resolve("home").toString());
        return builder;
    }

    private static String[] inGuest(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--isolation", "guest", "--no-network", "tools", "--"));
        all.addAll(Arrays.asList(words));
        return all.toArray(String[]::new);
    }

    private static Ended guest(Path input, String... words) throws Exception {
        return cloister(input, inGuest(words));
    }

    private static List<Path> groups() {
        String name =
                "cloister-" + NetworkNames.of(temp.resolve("one").toString()).tag();
        return Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/memory")
                .map(top -> Path.of(top, name, "tools/programs/cgroup.procs"))
                .filter(Files::exists)
                .toList();
    }

    private static Ended run(String... words) throws Exception {
        return ended(new ProcessBuilder(words), NOTHING);
    }

    private static Ended cloister(Path input, String... arguments) throws Exception {
        return ended(command(arguments), input);
    }

    private static Ended ended(ProcessBuilder builder, Path input) throws Exception {
        Path out = temp.resolve("out");
        Path err = temp.resolve("err");
        Process process = builder.redirectInput(input.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as(Files.readString(err))
                .isTrue();
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}

package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.awaitility.Awaitility;
import org.cloister.agent.fake.FakeSite;
import org.cloister.events.HostEvent.GuestStopped;

/** A real agent with a root {@code tools} of this machine's own programs, which run in guests. */
final class GuestHost implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final Path NOTHING = Path.of("/dev/null");
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

    private final Path temp;
    private final FakeSite site;
    private final Process agent;
    private final List<Process> started = new ArrayList<>();

    record Ended(int status, String out, String err) {}

    /** Skips the test where there are no guests. */
    static void assumePossible(String test) {
        boolean root = System.getProperty("user.name").equals("root");
        boolean built = Files.isDirectory(AgentProcess.CHECKOUT.resolve("fuse-agent/target/lib"));
        boolean kernel = Files.isExecutable(Path.of("/usr/bin/linux.uml"));
        boolean possible = root && built && kernel && Files.isWritable(Path.of("/dev/fuse"));
        if (!possible) {
            System.out.println(
                    test + " skipped: root " + root + ", fuse-agent packaged " + built + ", linux.uml " + kernel);
        }
        Assumptions.assumeThat(possible).isTrue();
    }

    /** @param warmGuests MiB for guests that wait */
    GuestHost(Path temp, FakeSite site, int warmGuests) throws IOException {
        this.temp = temp;
        this.site = site;
        agent = AgentProcess.start(temp, "one", site.repository().uri(), warmGuests);
        site.install(HostPrograms.root("tools", PROGRAMS, site.pool(), site.repository()));
        Awaitility.await().atMost(LIMIT).until(site::isInstalled);
    }

    /** A runner's process that has its working directory below {@code directory}. */
    static boolean worksBelow(long pid, Path directory) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
                    .toString()
                    .startsWith(directory.toString());
        } catch (IOException gone) {
            return false;
        }
    }

    /** A process that has something below {@code directory} among its words. */
    static boolean names(long pid, Path directory) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1)
                    .contains(directory + "/");
        } catch (IOException gone) {
            return false;
        }
    }

    /** Arguments of {@code cloister} that run a program in a guest. */
    static String[] inGuest(String... words) {
        List<String> all = new ArrayList<>(List.of("run", "--isolation", "guest", "--no-network", "tools", "--"));
        all.addAll(Arrays.asList(words));
        return all.toArray(String[]::new);
    }

    Ended guest(Path input, String... words) throws Exception {
        return cloister(input, inGuest(words));
    }

    Ended cloister(Path input, String... arguments) throws Exception {
        return ended(command(arguments), input);
    }

    Ended run(String... words) throws Exception {
        return ended(new ProcessBuilder(words), NOTHING);
    }

    ProcessBuilder command(String... arguments) {
        List<String> words = new ArrayList<>(List.of(AgentProcess.CHECKOUT + "/bin/cloister"));
        words.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().put("CLOISTER_AGENT_STATE", temp.resolve("one").toString());
        builder.environment().put("HOME", temp.resolve("home").toString());
        return builder;
    }

    Ended ended(ProcessBuilder builder, Path input) throws Exception {
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

    Process begin(String... arguments) throws IOException {
        return begin(command(arguments));
    }

    /** It is ended by {@link #endPrograms}. Both its streams are one. */
    Process begin(ProcessBuilder builder) throws IOException {
        Process process = builder.redirectErrorStream(true).start();
        started.add(process);
        return process;
    }

    void endPrograms() {
        started.forEach(Process::destroy);
        started.clear();
    }

    /** What was printed before and with the line. */
    static String awaitLine(Process process, String line) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().lines().anyMatch(line::equals) || text.charAt(text.length() - 1) != '\n') {
            int next = process.getInputStream().read();
            assertThat(next).as("ended after: %s", text).isNotNegative();
            text.append((char) next);
        }
        return text.toString();
    }

    /** That the end of that runner's guest is recorded, once. */
    void awaitStopped(long pid, String reason) {
        Awaitility.await()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(site.events().stream()
                                .filter(GuestStopped.class::isInstance)
                                .map(GuestStopped.class::cast)
                                .filter(event -> event.guest().text().equals("tools-" + pid)))
                        .singleElement()
                        .satisfies(event -> assertThat(event.reason()).contains(reason)));
    }

    @Override
    public void close() throws InterruptedException {
        agent.destroy();
        assertThat(agent.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}

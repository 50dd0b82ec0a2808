package org.cloister.agent.root;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assumptions;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Signals on their way to a program in a sandbox of bubblewrap, whose root is that of the machine. */
@Timeout(EnterSignalsIT.LIMIT_SECONDS)
class EnterSignalsIT {
    private static final String BWRAP = "/usr/bin/bwrap";
    static final int LIMIT_SECONDS = 60;
    private static final char CONTROL_C = 3;
    /**
     * Tells what it gets, and goes on until it is told to end. A shell won't do: a signal that comes just before it waits for a line is
     * told after the line.
     */
    private static final String PROGRAM = """
            use POSIX;
            $| = 1;
            my %words = (INT => "interrupted\\n", TERM => "ended\\n", HUP => "ended\\n");
            for my $signal (keys %words) {
                my $told = sub { syswrite STDOUT, $words{$signal}; POSIX::_exit(9) if $signal ne "INT" };
                sigaction(POSIX->can("SIG$signal")->(), POSIX::SigAction->new($told, POSIX::SigSet->new, SA_RESTART));
            }
            print "ready\\n";
            while (1) { my $line = <STDIN>; print $line if defined $line }
            """;

    private static final String DEAF = "trap 'echo ended; exit 9' TERM; echo ready; while :; do sleep 0.05; done";

    @TempDir
    Path temp;

    private Path enter;

    @BeforeEach
    void write() throws IOException {
        boolean there = Files.isExecutable(Path.of(BWRAP));
        if (!there) {
            System.out.println("EnterSignalsIT: there is no bubblewrap");
        }
        Assumptions.assumeThat(there).isTrue();
        Path filters = temp.resolve("filter");
        SystemCallFilter.write(filters);
        Files.createSymbolicLink(temp.resolve("machine"), Path.of("/"));
        String text = new EnterScript(
                        BWRAP,
                        temp,
                        new RootName("machine"),
                        temp.resolve("launch"),
                        Files.createDirectories(temp.resolve("etc")),
                        temp.resolve("run"),
                        temp.resolve("media"),
                        List.of(),
                        RootUser.ofMachine(),
                        filters,
                        List.of(),
                        Optional.empty(),
                        new DesktopEntrance(temp.resolve("desktop"), "0a1b", root -> DesktopGrant.NONE),
                        true)
                .text();
        enter = Files.writeString(temp.resolve("enter"), text);
        Files.setPosixFilePermissions(enter, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void endAll() throws IOException {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Files.deleteIfExists(temp.resolve("machine"));
    }

    /** As by somebody who ignores nothing, whatever whoever runs this test ignores. */
    private Process start(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,QUIT,TERM", "--"));
        words.addAll(List.of(command));
        return new ProcessBuilder(words).redirectErrorStream(true).start();
    }

    private static void awaitLine(BufferedReader out, String wanted) throws IOException {
        List<String> read = new ArrayList<>();
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            read.add(line.strip());
            if (line.strip().endsWith(wanted)) {
                return;
            }
        }
        assertThat(read).as("what was printed until the end").contains(wanted);
    }

    private static int status(Process process) throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private static void type(Process process, String text) throws IOException {
        OutputStream terminal = process.getOutputStream();
        terminal.write(text.getBytes(StandardCharsets.UTF_8));
        terminal.flush();
    }

    @Test
    void anInterruptOfATerminalIsTheProgramsWhichGoesOn() throws Exception {
        String program = temp.resolve("program").toString();
        Files.writeString(
                Path.of(program), "exec " + enter + " --no-home /usr/bin/perl -e " + EnterScript.quote(PROGRAM) + "\n");
        // A dash that stays as the parent of what it runs ends as interrupted, whatever its child made of the signal.
        Process process = start("script", "--quiet", "--return", "--command", "exec sh " + program, "/dev/null");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            awaitLine(out, "ready");
            type(process, String.valueOf(CONTROL_C));
            awaitLine(out, "interrupted");
            type(process, "still here\n");
            awaitLine(out, "still here");
            type(process, String.valueOf(CONTROL_C));
            awaitLine(out, "interrupted");
            process.descendants()
                    .filter(one -> one.info().commandLine().orElse("").contains(enter + " --no-home"))
                    .findFirst()
                    .orElseThrow()
                    .destroy();
            awaitLine(out, "ended");
        }
        assertThat(status(process)).isEqualTo(9);
    }

    @Test
    void whatEndsTheCallerEndsTheProgramWhichMayTakeItsLeave() throws Exception {
        for (int i = 0; i < 3; i++) {
            Process process = start(enter.toString(), "--no-home", "/bin/sh", "-c", DEAF);
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                awaitLine(out, "ready");
                process.toHandle().destroy();
                awaitLine(out, "ended");
            }
            assertThat(status(process)).isEqualTo(9);
        }
    }

    @Test
    void aSignalAtAnyMomentOfTheStartEndsTheProgram() throws Exception {
        for (int millis = 0; millis < 40; millis++) {
            String program = temp.resolve("early" + millis).toString();
            Process process = start(enter.toString(), "--no-home", "/bin/sh", "-c", "exec sleep 1000", program);
            assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
            process.toHandle().destroy();
            // Whoever holds the output's other end lives.
            process.getInputStream().readAllBytes();
            assertThat(status(process)).isEqualTo(128 + 15);
        }
    }

    @Test
    void aSignalThatNobodyTakesIsTheStatus() throws Exception {
        Process process = start(enter.toString(), "--no-home", "/bin/sh", "-c", "echo ready; exec sleep 1000");
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            awaitLine(out, "ready");
            process.toHandle().destroy();
        }
        assertThat(status(process)).isEqualTo(128 + 15);
    }

    @Test
    void theProgramIgnoresWhatItsCallerIgnores() throws Exception {
        String ignored = "grep SigIgn /proc/self/status";
        Process plain = start("sh", "-c", enter + " --no-home " + ignored);
        assertThat(plain.inputReader(StandardCharsets.UTF_8).readLine()).endsWith("0");
        assertThat(status(plain)).isZero();
        for (String[] one : new String[][] {{"INT", "2"}, {"QUIT", "4"}, {"INT QUIT", "6"}, {"HUP", "1"}}) {
            Process deaf = start("sh", "-c", "trap '' " + one[0] + "; " + enter + " --no-home " + ignored);
            assertThat(deaf.inputReader(StandardCharsets.UTF_8).readLine()).endsWith(one[1]);
            assertThat(status(deaf)).isZero();
        }
    }

    @Test
    void statusAndInputAreTheProgramsOwn() throws Exception {
        Process process = start(enter.toString(), "--no-home", "/bin/sh", "-c", "read -r a; echo got $a; exit 42");
        type(process, "this\n");
        assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("got this");
        assertThat(status(process)).isEqualTo(42);
        Process none = start(enter.toString(), "--no-home", "nobody-has-this");
        assertThat(new String(none.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("nobody-has-this");
        assertThat(status(none)).isEqualTo(127);
    }
}

package org.cloister.agent.command.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/cloister} against the real socket. */
class PerlClientTest {
    private static final Path SCRIPT =
            Path.of("..", "bin", "cloister").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private CommandSocket socket;
    private volatile CommandSocket.Commands commands = (asked, terminal) -> 0;

    @BeforeEach
    void open() throws IOException {
        socket = CommandSocket.open(
                new SocketFile(directory.resolve("agent.sock"), false),
                (asked, terminal) -> commands.run(asked, terminal));
    }

    @AfterEach
    void close() throws IOException {
        socket.close();
    }

    @Test
    void outputErrorsAndStatusArriveByteForByte() throws Exception {
        byte[] binary = new byte[3_000_000];
        new java.util.Random(7).nextBytes(binary);
        commands = (asked, terminal) -> {
            terminal.out().writeBytes(binary);
            terminal.err().println("grüße");
            return 42;
        };
        Ended ended = run("list");
        assertThat(ended.out).isEqualTo(binary);
        assertThat(new String(ended.err, StandardCharsets.UTF_8)).isEqualTo("grüße\n");
        assertThat(ended.status).isEqualTo(42);
    }

    @Test
    void theAgentLearnsWhoAsksFromWhereAndWhat() throws Exception {
        List<Invocation> heard = new CopyOnWriteArrayList<>();
        commands = (asked, terminal) -> {
            heard.add(asked);
            return 0;
        };
        Files.writeString(directory.resolve("config"), "repository = http://archive.example.org\n");
        run("run", "nginx", "--", "sh", "-c", "echo \"ä  b\"", "");
        assertThat(heard.get(0).arguments()).containsExactly("run", "nginx", "--", "sh", "-c", "echo \"ä  b\"", "");
        assertThat(heard.get(0).directory()).isEqualTo(directory.toRealPath());
        assertThat(heard.get(0).user()).isEqualTo(System.getProperty("user.name"));
        assertThat(heard.get(0).configuration()).isEqualTo("repository = http://archive.example.org\n");
        assertThat(heard.get(0).shape().outIsTerminal()).isFalse();
    }

    @Test
    void theClientBecomesTheProgramThatTheAgentNames() throws Exception {
        commands = (asked, terminal) -> {
            terminal.err().println("entering");
            terminal.replaceWith(List.of("/bin/sh", "-c", "echo \"became $0\"; exit 7", "a b"));
            return 0;
        };
        Ended ended = run("run", "x", "y");
        assertThat(new String(ended.out, StandardCharsets.UTF_8)).isEqualTo("became a b\n");
        assertThat(new String(ended.err, StandardCharsets.UTF_8)).isEqualTo("entering\n");
        assertThat(ended.status).isEqualTo(7);
    }

    @Test
    void interruptingTheClientInterruptsTheCommandWhichStillAnswers() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        commands = (asked, terminal) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
                return 0;
            } catch (InterruptedException e) {
                terminal.err().println("goes on; interrupted=" + terminal.interrupted());
                return 130;
            }
        };
        Process client = start("install", "x");
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        new ProcessBuilder("kill", "-INT", Long.toString(client.pid())).start().waitFor();
        Ended ended = end(client);
        assertThat(new String(ended.err, StandardCharsets.UTF_8)).isEqualTo("goes on; interrupted=true\n");
        assertThat(ended.status).isEqualTo(130);
    }

    @Test
    void aCommandHearsThatItsClientIsGone() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        commands = (asked, terminal) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return 1;
        };
        Process client = start("install", "x");
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        client.destroyForcibly();
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAgentThatEndsBeforeItAnswersIsReported() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        commands = (asked, terminal) -> {
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 0;
        };
        Process client = start("list");
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        socket.close();
        Ended ended = end(client);
        assertThat(ended.status).isIn(0, 4);
        assertThat(client.isAlive()).isFalse();
    }

    @Test
    void aMistakeInACommandIsTold() throws Exception {
        commands = (asked, terminal) -> {
            throw new IllegalStateException("boom");
        };
        Ended ended = run("list");
        assertThat(new String(ended.err, StandardCharsets.UTF_8))
                .contains("boom")
                .contains("What to do:");
        assertThat(ended.status).isEqualTo(1);
    }

    private record Ended(int status, byte[] out, byte[] err) {}

    private Ended run(String... arguments) throws Exception {
        return end(start(arguments));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(SCRIPT.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment()
                .putAll(Map.of(
                        "CLOISTER_AGENT_SOCKET", directory.resolve("agent.sock").toString(),
                        "CLOISTER_CONFIG", directory.resolve("config").toString(),
                        "LC_ALL", "C.UTF-8"));
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    private Ended end(Process client) throws Exception {
        assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                client.exitValue(),
                Files.readAllBytes(directory.resolve("out")),
                Files.readAllBytes(directory.resolve("err")));
    }
}

package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** What keeps the repository from starting is said in words, and its end is quick. */
class StartIT {
    private final Path state =
            Files.createDirectories(RepoServices.directory("start").resolve("state"));

    StartIT() throws IOException {}

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertThat(failure("--state", state.toString(), "--kafka", "none", "--port", port))
                    .contains("port " + port)
                    .contains("--port");
        }
    }

    @Test
    void aStateDirectoryThatIsNoneIsNamed() throws Exception {
        Path file = Files.createFile(state.resolve("file"));

        assertThat(failure("--state", file.toString(), "--kafka", "none"))
                .contains(file.toString())
                .contains("--state");
    }

    @Test
    void aSecondRepositoryOnTheSameStateIsToldWhichOneHoldsIt() throws Exception {
        try (RunningRepository first = new RunningRepository(state, "none")) {
            assertThat(failure("--state", state.toString(), "--kafka", "none"))
                    .contains("a repository runs on " + state)
                    .contains("process " + ProcessHandle.current().pid());
            assertThat(first.get("/healthz").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTerminationSignalEndsItInOrderWithinSecondsAndTheNextStartFindsEverything() throws Exception {
        try (ServerProcess server = new ServerProcess(state)) {
            await().atMost(Duration.ofMinutes(2)).until(server::isReady);
            String token = server.adminToken();
            long start = System.nanoTime();

            server.terminate();

            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(took).isLessThan(Duration.ofSeconds(30));
            System.out.println("StartIT: ended after " + took.toMillis() + " ms");
            assertThat(ServerProcess.said(state)).contains("Stopping").doesNotContain("Exception");
            assertThat(state.resolve("postgres/data/postmaster.pid")).doesNotExist();
            server.killServer();
            await().atMost(Duration.ofMinutes(2)).until(server::isReady);
            assertThat(server.adminToken()).isEqualTo(token);
        }
    }

    private static String failure(String... arguments) {
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            assertThat(new CommandLine(new RepoServerMain()).execute(arguments)).isNotZero();
        } finally {
            System.setErr(err);
        }
        return said.toString(StandardCharsets.UTF_8);
    }
}

package org.cloister.repo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A database that comes back from a backup, with what was signed since on the disk beside it. */
class NewEpochIT {
    private final Path state = RepoServices.directory("restored");

    NewEpochIT() throws IOException {}

    @Test
    void aRestoredLogIsServedInANewEpochAndNeverUnnoticed() throws Exception {
        Path backup = state.resolveSibling(state.getFileName() + "-backup");
        long kept;
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            publish(repository, "before");
            kept = status(repository).at("/head").asLong();
        }
        TestTrees.copy(state.resolve("postgres"), backup);
        long lost;
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            publish(repository, "after");
            lost = status(repository).at("/head").asLong();
            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() ->
                            Files.readString(state.resolve("log/checkpoint")).contains("\n" + lost + "\n"));
        }
        TestTrees.delete(state.resolve("postgres"));
        TestTrees.copy(backup, state.resolve("postgres"));

        assertThatThrownBy(() -> new RunningRepository(state, "none"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the log ends at position " + kept)
                .hasMessageContaining(lost + " events were signed")
                .hasMessageContaining("repo-server new-epoch");
        assertThat(newEpoch()).isZero();

        assertThat(state.resolve("log/checkpoint.lost-" + lost)).isRegularFile();
        try (RunningRepository repository = new RunningRepository(state, "none")) {
            assertThat(status(repository).at("/head").asLong()).isEqualTo(kept);
            assertThat(status(repository).at("/epoch").asText()).isNotEqualTo("1");
            assertThat(repository.get("/v1/packages/after").statusCode()).isEqualTo(404);
            publish(repository, "after");
            assertThat(repository.post("/v1/audit/verify", "").body())
                    .contains("\"done\":true")
                    .doesNotContain("damaged");
        }
    }

    private int newEpoch() {
        return new CommandLine(new RepoServerMain())
                .execute("new-epoch", "--state", state.toString(), "--kafka", "none", "--reason", "a test");
    }

    private static void publish(RunningRepository repository, String name) throws Exception {
        assertThat(repository.publish(TinyDeb.of(name, "1", "")).statusCode()).isEqualTo(201);
    }

    private static JsonNode status(RunningRepository repository) throws Exception {
        return RunningRepository.json(repository.get("/v1/status"));
    }
}

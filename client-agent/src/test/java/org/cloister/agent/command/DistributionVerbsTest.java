package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cloister distribution …}: what is sent, what is shown. */
class DistributionVerbsTest {
    private static final String CHANGED = "{\"name\":\"stable\",\"position\":12,\"packages\":[],\"asOf\":null}";

    @TempDir
    Path directory;

    private FakeRepository repository;

    @BeforeEach
    void open() throws IOException {
        repository = new FakeRepository();
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private CommandLineTool.Result run(String... arguments) {
        CommandLineTool tool = new CommandLineTool(directory, null);
        tool.configuration = repository.configuration();
        return tool.run(arguments);
    }

    private String sent() {
        return repository.requests().get(repository.requests().size() - 1).body();
    }

    @Test
    void aDefinitionTakesWhatItsMirrorsHaveAndTellsWhatAClientNeeds() {
        repository.on(
                "GET /v1/mirrors",
                200,
                "{\"mirrors\":[{\"name\":\"debian\",\"components\":[\"main\",\"contrib\"],\"architectures\":[\"arm64\"]},"
                        + "{\"name\":\"other\",\"components\":[\"extra\"],\"architectures\":[\"i386\"]}]}");
        repository.on("POST /v1/distributions", 201, CHANGED);
        CommandLineTool.Result result = run(
                "distribution",
                "define",
                "stable",
                "--mirror",
                "debian",
                "--uploads",
                "--suite",
                "bookworm",
                "--valid-days",
                "7");
        assertThat(result.err()).isEmpty();
        assertThat(sent())
                .isEqualTo("{\"name\":\"stable\",\"mirrors\":[\"debian\"],\"uploads\":true,\"verbatim\":false,"
                        + "\"components\":[\"main\",\"contrib\"],\"architectures\":[\"arm64\"],"
                        + "\"release\":{\"origin\":\"Cloister\",\"label\":\"Cloister\",\"suite\":\"bookworm\","
                        + "\"codename\":\"bookworm\",\"description\":\"\",\"validDays\":7,\"address\":\""
                        + repository.uri() + "\"},\"open\":true}");
        assertThat(result.out())
                .contains("Distribution stable is defined as of position 12.")
                .contains("deb [signed-by=/usr/share/keyrings/cloister.asc] " + repository.uri()
                        + "/apt/stable bookworm main contrib");
    }

    @Test
    void promotionAndRollbackSayWhatTheyDid() {
        repository.on("POST /v1/distributions/stable/promotions", 201, CHANGED);
        assertThat(run("distribution", "promote", "testing", "stable", "--at", "9")
                        .out())
                .isEqualTo("Distribution stable has what testing has as of position 12.\n");
        assertThat(sent()).isEqualTo("{\"from\":\"testing\",\"asOf\":9}");
        repository.on("POST /v1/distributions/stable/rollbacks", 201, CHANGED);
        assertThat(run("distribution", "rollback", "stable", "--to", "7", "--reason", "broken", "--json")
                        .out())
                .isEqualTo(CHANGED + "\n");
        assertThat(sent()).isEqualTo("{\"to\":7,\"reason\":\"broken\"}");
    }

    @Test
    void aComparisonShowsWhatAClientGetsAndLoses() {
        repository.on(
                "GET /v1/distributions/stable/differences?at=4711&with=testing",
                200,
                "{\"added\":[{\"name\":\"new\",\"architecture\":\"all\",\"version\":\"1\"}],"
                        + "\"removed\":[{\"name\":\"old\",\"architecture\":\"all\",\"version\":\"2\"}],"
                        + "\"changed\":[{\"name\":\"tool\",\"architecture\":\"amd64\",\"before\":\"1\",\"after\":\"2\"}]}");
        assertThat(run("distribution", "compare", "stable@4711", "testing").out())
                .isEqualTo("+  new   all    1\n-  old   all    2\n~  tool  amd64  1 → 2\n");
    }

    @Test
    void whatIsRefusedIsToldAsTheRepositoryTellsIt() {
        repository.on(
                "POST /v1/distributions/stable/inclusions",
                404,
                "{\"type\":\"urn:cloister:problem:not-published\",\"title\":\"Not published\",\"status\":404,"
                        + "\"detail\":\"no package x is published\",\"remedy\":\"publish it first\"}");
        CommandLineTool.Result result = run("distribution", "include", "stable", "x");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err()).contains("no package x is published").contains("ublish it first");
        assertThat(sent()).isEqualTo("{\"packages\":[\"x\"]}");
    }
}

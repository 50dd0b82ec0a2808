package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cloister pool …}: what is sent, what is shown, and how it ends. */
class PoolVerbsTest {
    private static final String LINES = "application/x-ndjson";
    private static final String KINDS =
            "[{\"kind\":\"artifact\",\"count\":2,\"bytes\":3000,\"reclaimable\":1,\"reclaimableBytes\":1000,\"condemned\":0}]";

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

    private FakeRepository.Request sent() {
        return repository.requests().get(repository.requests().size() - 1);
    }

    private static byte[] lines(String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void statsAreATableOfKinds() {
        repository.on("GET /v1/pool?grace=0", 200, "{\"kinds\":" + KINDS + ",\"graceSeconds\":0}");
        CommandLineTool.Result result = run("pool", "stats", "--grace", "0s");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains("artifacts").contains("3.00 kB").contains("1.00 kB");
    }

    @Test
    void aDryRunTellsWhyEachThingGoes() {
        repository.on(
                "GET /v1/pool/decisions?grace=86400",
                200,
                LINES,
                lines(
                        "{\"judged\":1000}",
                        "{\"decision\":{\"kind\":\"artifact\",\"digest\":\"sha256:ab\",\"bytes\":1000,\"keep\":false,"
                                + "\"reasons\":[{\"rule\":\"yanked\",\"detail\":\"tiny was yanked\"}],\"more\":0}}",
                        "{\"done\":true,\"kinds\":" + KINDS + "}"));
        CommandLineTool.Result result = run("pool", "gc", "--dry-run");
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .contains("goes   artifact sha256:ab  1.00 kB")
                .contains("tiny was yanked")
                .contains("not condemned yet")
                .endsWith("Nothing was changed.\n");
        assertThat(run("pool", "gc", "--all").status()).isEqualTo(2);
    }

    @Test
    void aCollectionSaysWhatWentAndOneThatBreaksOffIsNoSuccess() {
        String collections = "POST /v1/pool/collections";
        repository
                .on(
                        collections,
                        200,
                        LINES,
                        lines("{\"done\":true,\"collection\":{\"judged\":9,\"condemned\":1,\"condemnedBytes\":10,"
                                + "\"collected\":3,\"collectedBytes\":2000,\"position\":17}}"))
                .on(
                        collections,
                        200,
                        LINES,
                        lines("{\"problem\":{\"type\":\"urn:cloister:problem:collection-running\",\"title\":\"t\","
                                + "\"status\":409,\"detail\":\"another runs\",\"remedy\":\"wait\"}}"))
                .on(collections, 200, LINES, lines("{\"collected\":3,\"collectedBytes\":1}"));
        assertThat(run("pool", "gc", "--grace", "90m").out())
                .isEqualTo("Collected 3 files, 2.00 kB (event 17); 1 file, 10 B, condemned and waiting.\n");
        assertThat(sent().body()).isEqualTo("{\"graceSeconds\":5400}");
        assertThat(run("pool", "gc").status()).isEqualTo(3);
        assertThat(run("pool", "gc").status()).isEqualTo(4);
        assertThat(run("pool", "gc", "--grace", "soon").status()).isEqualTo(2);
    }

    @Test
    void damageIsNamedAndAnExitStatus() {
        repository
                .on(
                        "POST /v1/pool/verify",
                        200,
                        LINES,
                        lines(
                                "{\"files\":1,\"bytes\":5,\"damage\":{\"place\":\"objects/ab/abcd\",\"reason\":\"its content differs\"}}",
                                "{\"files\":2,\"bytes\":9,\"done\":true,\"damaged\":1}"))
                .on("POST /v1/pool/verify", 200, LINES, lines("{\"files\":2,\"bytes\":9,\"done\":true,\"damaged\":0}"));
        CommandLineTool.Result result = run("pool", "verify");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.out())
                .contains("objects/ab/abcd: its content differs")
                .contains("2 files, 9 B: 1 damaged.");
        assertThat(run("pool", "verify").status()).isZero();
    }

    @Test
    void holdsArePlacedShownAndReleased() {
        repository.on("POST /v1/pool/holds", 201, "{\"position\":5,\"correlation\":\"c\"}");
        repository.on("POST /v1/pool/holds/case-7/release", 200, "{\"position\":6,\"correlation\":\"c\"}");
        repository.on(
                "GET /v1/pool/retention",
                200,
                "{\"days\":30,\"rollbacks\":1,\"holds\":[{\"hold\":\"case-7\",\"target\":{\"name\":\"openssl\",\"version\":null},"
                        + "\"reason\":\"counsel\",\"by\":\"alice\",\"since\":\"2026-01-01T00:00:00Z\",\"position\":5}]}");
        assertThat(run("pool", "hold", "case-7", "--package", "openssl=3.0-1", "--reason", "counsel")
                        .out())
                .isEqualTo("Hold case-7 is placed, as of position 5.\n");
        assertThat(sent().body())
                .isEqualTo("{\"hold\":\"case-7\",\"target\":{\"name\":\"openssl\",\"version\":\"3.0-1\"},"
                        + "\"reason\":\"counsel\"}");
        assertThat(run("pool", "hold", "case-7", "--reason", "nothing").status())
                .isEqualTo(2);
        assertThat(run("pool", "retention").out())
                .contains("Every state of the last 30 days stays whole, and 1 earlier content of each root of a host.")
                .contains("package openssl")
                .contains("counsel");
        assertThat(run("pool", "release", "case-7", "--reason", "closed").out())
                .isEqualTo("Hold case-7 is released.\n");
    }

    @Test
    void retentionChangesWhatIsNamedAndLeavesTheRest() {
        repository.on("GET /v1/pool/retention", 200, "{\"days\":30,\"rollbacks\":2,\"holds\":[]}");
        repository.on("POST /v1/pool/retention", 201, "{\"position\":5,\"correlation\":\"c\"}");
        repository.on("GET /v1/pool/retention", 200, "{\"days\":90,\"rollbacks\":2,\"holds\":[]}");
        assertThat(run("pool", "retention", "--days", "90").out()).contains("last 90 days");
        assertThat(repository.requests().get(1).body()).isEqualTo("{\"days\":90,\"rollbacks\":2}");
    }
}

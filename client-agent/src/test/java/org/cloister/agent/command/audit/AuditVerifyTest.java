package org.cloister.agent.command.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cloister.agent.command.CommandLineTool;
import org.cloister.agent.command.FakeRepository;
import org.cloister.agent.command.LogFixture;
import org.cloister.agent.command.config.ClientConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code cloister audit verify} believes, and what it finds. */
class AuditVerifyTest {
    private static final String REHASH = "POST /v1/audit/verify";

    @TempDir
    Path directory;

    private FakeRepository repository;

    @BeforeEach
    void open() throws IOException {
        repository = new FakeRepository();
        says("{\"verified\":300,\"size\":300}\n{\"done\":true,\"verified\":300,\"size\":300}\n");
    }

    private void says(String lines) {
        repository.replace(REHASH, lines.getBytes(StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private CommandLineTool.Result verify(LogFixture log, String... options) {
        CommandLineTool tool = new CommandLineTool(directory, null);
        tool.configuration = new ClientConfig(repository.uri(), FakeRepository.TOKEN, log.key()).text();
        String[] arguments = new String[options.length + 2];
        arguments[0] = "audit";
        arguments[1] = "verify";
        System.arraycopy(options, 0, arguments, 2, options.length);
        return tool.run(arguments);
    }

    @Test
    void anUnchangedLogIsIntactAtEverySize() throws Exception {
        LogFixture log = new LogFixture(0);
        for (int size = 1; size <= 20; size++) {
            LogFixture grown = log.grown(size).serve(repository);
            if (size > 1) {
                grown.serveConsistency(repository, size - 1);
            }
            CommandLineTool.Result result = verify(log);
            assertThat(result.err()).as("size " + size).isEmpty();
            assertThat(result.status()).as("size " + size).isZero();
        }
        assertThat(verify(log, "--deep").out()).contains("20 events give the signed root hash");
    }

    @Test
    void anAlteredEventIsNamed() throws Exception {
        LogFixture log = new LogFixture(300).serve(repository);
        for (int position : new int[] {1, 2, 256, 257, 300}) {
            log.serveAltered(repository, position);
            CommandLineTool.Result result = verify(log);
            assertThat(result.status()).isEqualTo(5);
            assertThat(result.out()).contains("Event " + position + " is not the one that was recorded.");
        }
        assertThat(verify(log, "--json").out()).contains("\"intact\":false").contains("\"position\":300");
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void aMissingEventIsNamed() throws Exception {
        LogFixture log = new LogFixture(20).serve(repository);
        log.serveWithout(repository, 7);
        assertThat(verify(log).out()).contains("Event 7 is missing: 8 came in its place.");
        log.serveWithout(repository, 20);
        assertThat(verify(log).out()).contains("Event 20 is missing: the log has 20.");
    }

    @Test
    void aLogThatShrankOrForkedSinceTheLastTimeIsFound() throws Exception {
        LogFixture log = new LogFixture(12).serve(repository);
        assertThat(verify(log).status()).isZero();

        log.grown(11).serve(repository);
        assertThat(verify(log).out()).contains("The log has shrunk: it had 12 events");

        log.forked(12).serve(repository);
        assertThat(verify(log, "--deep").out()).contains("rewritten or forked: its first 12 events");

        LogFixture forked = log.forked(15).serve(repository);
        forked.serveConsistency(repository, 12);
        assertThat(verify(log).out()).contains("rewritten or forked: its first 12 events");

        LogFixture grown = log.grown(15).serve(repository);
        grown.serveConsistency(repository, 12);
        CommandLineTool.Result result = verify(log);
        assertThat(result.out()).contains("15 events give").contains("the first 12 are those of 2026-02-03T04:05:06Z");
        assertThat(result.status()).isZero();
    }

    @Test
    void anotherKeysSignatureIsRefused() throws Exception {
        LogFixture log = new LogFixture(5);
        new LogFixture(5).serve(repository);
        CommandLineTool.Result result = verify(log);
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.out()).contains("not signed by the key that was pinned at login");
    }

    @Test
    void whatTheRepositoryFindsInItsDatabaseIsDamageToo() throws Exception {
        LogFixture log = new LogFixture(5).serve(repository);
        says("{\"done\":true,\"verified\":2,\"size\":5,\"damaged\":{\"position\":3,\"reason\":\"payload differs\"}}\n");
        CommandLineTool.Result result = verify(log);
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.out()).contains("database, first at position 3: payload differs");
        says("{\"verified\":2,\"size\":5}\n");
        assertThat(verify(log).status()).isEqualTo(4);
    }

    @Test
    void aDamagedMemoryIsNotForgottenSilently() throws Exception {
        LogFixture log = new LogFixture(5).serve(repository);
        assertThat(verify(log).status()).isZero();
        Path kept = new KeptLog(directory.resolve("state"), log.key()).path();
        Files.writeString(kept, Files.readString(kept).replace("\"size\" : 5", "\"size\" : 4"));
        CommandLineTool.Result result = verify(log);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("is damaged").contains("delete it to verify from the first event");
    }

    @Test
    void aSingleEventIsProved() throws Exception {
        LogFixture log = new LogFixture(11).serve(repository);
        CommandLineTool tool = new CommandLineTool(directory, null);
        tool.configuration = new ClientConfig(repository.uri(), FakeRepository.TOKEN, log.key()).text();
        for (int position = 1; position <= 11; position++) {
            log.serveInclusion(repository, position);
            assertThat(tool.run("audit", "prove", Integer.toString(position)).out())
                    .contains("proved: event " + position);
        }
        log.serveAltered(repository, 4);
        assertThat(tool.run("audit", "prove", "4").status()).isEqualTo(5);
        assertThat(tool.run("audit", "prove", "4", "--json").out()).contains("\"valid\":false");
        assertThat(tool.run("audit", "prove", "12").status()).isEqualTo(2);
    }

    @Test
    void tilesAreAddressedAsTlogTilesWritesIt() {
        assertThat(LogReader.tile(0, 256).toString()).isEqualTo("/log/tile/0/000");
        assertThat(LogReader.tile(1_234_067, 256).toString()).isEqualTo("/log/tile/0/x001/x234/067");
        assertThat(LogReader.tile(5, 17).toString()).isEqualTo("/log/tile/0/005.p/17");
    }
}

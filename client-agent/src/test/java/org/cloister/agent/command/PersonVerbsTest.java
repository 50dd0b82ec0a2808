package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.cloister.agent.command.terminal.Terminal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People: pseudonyms where scripts read, names where people read. */
class PersonVerbsTest {
    private static final String ALICE = "0123456789abcdef0123456789abcdef";
    private static final String BOB = "fedcba9876543210fedcba9876543210";
    private static final String LOOKUPS = "POST /v1/people/lookups";
    private static final String HISTORY = "{\"entries\":[" + entry(9, ALICE) + "," + entry(8, BOB) + "],\"next\":null}";
    private static final String PEOPLE = "{\"people\":[" + person(ALICE, "\"Alice Example\"", "null") + ","
            + person(
                    BOB,
                    "null",
                    "{\"position\":8,\"at\":\"2026-01-02T03:04:05.678901Z\",\"by\":\"admin\",\"reason\":\"has left\"}")
            + "],\"next\":null}";

    @TempDir
    Path directory;

    private FakeRepository repository;

    private static String entry(int position, String person) {
        return "{\"position\":" + position + ",\"at\":\"2026-01-02T03:04:05.678901Z\",\"stream\":\"access:person/"
                + person
                + "\",\"type\":\"TokenIssued\",\"principal\":\"person/" + person
                + "\",\"correlation\":\"c\",\"summary\":\"token t for person/" + person + " (reader)\"}";
    }

    private static String person(String id, String name, String erased) {
        return "{\"person\":\"" + id + "\",\"principal\":\"person/" + id + "\",\"name\":" + name
                + ",\"registered\":{\"position\":7,\"at\":\"2026-01-02T03:04:05Z\",\"by\":\"admin\"},\"erased\":"
                + erased
                + "}";
    }

    @BeforeEach
    void open() throws IOException {
        repository = new FakeRepository();
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private CommandLineTool loggedIn() {
        CommandLineTool tool = new CommandLineTool(directory, null);
        tool.configuration = repository.configuration();
        return tool;
    }

    @Test
    void aTokenForAPersonIsAskedForByNameAndThePseudonymIsTold() {
        repository.on(
                "POST /v1/tokens",
                201,
                "{\"id\":\"abcdefgh\",\"principal\":\"person/" + ALICE + "\",\"token\":\"clo_secret\"}");
        CommandLineTool.Result result =
                loggedIn().run("token", "issue", "Alice Example", "--person", "--role", "operator");
        assertThat(result.out()).isEqualTo("clo_secret\n");
        assertThat(result.err()).contains("The record says person/" + ALICE + ".");
        assertThat(repository.requests())
                .singleElement()
                .satisfies(request -> assertThat(request.body())
                        .isEqualTo("{\"person\":\"Alice Example\",\"roles\":[\"operator\"]}"));
    }

    @Test
    void whoGetsATokenUnderAPlainNameHearsThatItStays() {
        repository.on("POST /v1/tokens", 201, "{\"id\":\"abcdefgh\",\"principal\":\"alice\",\"token\":\"clo_secret\"}");
        assertThat(loggedIn()
                        .run("token", "issue", "alice", "--role", "operator")
                        .err())
                .contains("The record says alice for ever.")
                .contains("--person");
    }

    @Test
    void peopleReadNamesAndScriptsPseudonyms() {
        repository
                .on("GET /v1/audit/history?limit=100", 200, HISTORY)
                .on("GET /v1/audit/history?limit=100", 200, HISTORY)
                .on(LOOKUPS, 200, PEOPLE);
        CommandLineTool.Result shown = loggedIn().run("history");
        assertThat(shown.err()).isEmpty();
        assertThat(shown.out())
                .contains("token t for Alice Example (reader)")
                .contains("token t for erased:fedcba98 (reader)")
                .doesNotContain("person/");
        assertThat(repository.requests().get(1).body()).isEqualTo("{\"people\":[\"" + ALICE + "\",\"" + BOB + "\"]}");

        assertThat(loggedIn().run("history", "--json").out())
                .contains("\"principal\":\"person/" + ALICE)
                .doesNotContain("Alice");
        assertThat(repository.requests()).as("nobody is looked up for a script").hasSize(3);
    }

    @Test
    void whatAPersonAskedForIsFoundByTheName() {
        repository
                .on(LOOKUPS, 200, "{\"people\":[" + person(ALICE, "\"Alice Example\"", "null") + "],\"next\":null}")
                .on("GET /v1/audit/history?principal=person%2F" + ALICE + "&limit=100", 200, "{\"entries\":[]}");
        assertThat(loggedIn().run("history", "--person", "Alice Example").err())
                .isEqualTo("Nothing of that is recorded.\n");
        assertThat(repository.requests().get(0).body()).isEqualTo("{\"name\":\"Alice Example\"}");
        assertThat(loggedIn()
                        .run("history", "--person", "x", "--principal", "y")
                        .status())
                .isEqualTo(2);
    }

    @Test
    void whoIsNobodyIsSaidSo() {
        repository.on(LOOKUPS, 200, "{\"people\":[],\"next\":null}");
        CommandLineTool.Result result = loggedIn().run("history", "--person", "Nobody");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("Nobody is registered under that name now.");
    }

    @Test
    void thePeopleAreListed() {
        repository.on("GET /v1/people", 200, PEOPLE);
        assertThat(loggedIn().run("person", "list").out())
                .contains("Alice Example")
                .contains("named")
                .contains("erased:fedcba98")
                .contains("erased 2026-01-02T03:04:05Z: has left");
    }

    @Test
    void aPersonAtATerminalSaysItTwice() {
        CommandLineTool tool = loggedIn();
        tool.shape = new Terminal.Shape(80, true, true, false);
        CommandLineTool.Result result = tool.run("person", "erase", "Alice Example", "--reason", "has left");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).contains("--yes");
        assertThat(repository.requests()).isEmpty();
    }

    @Test
    void somebodyIsErasedByNameOrByPseudonym() {
        String erased = "{\"person\":\"" + ALICE + "\",\"principal\":\"person/" + ALICE
                + "\",\"position\":12,\"correlation\":\"c\"}";
        repository.on("POST /v1/people/erasures", 200, erased).on("POST /v1/people/erasures", 200, erased);
        assertThat(loggedIn()
                        .run("person", "erase", "Alice Example", "--reason", "has left")
                        .out())
                .isEqualTo("Erased. The record says person/" + ALICE + ", and nobody can tell who that was.\n");
        loggedIn().run("person", "erase", "person/" + ALICE, "--reason", "has left", "--json");
        assertThat(repository.requests())
                .extracting(FakeRepository.Request::body)
                .containsExactly(
                        "{\"name\":\"Alice Example\",\"reason\":\"has left\"}",
                        "{\"person\":\"" + ALICE + "\",\"reason\":\"has left\"}");
    }
}

package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cloister display} and {@code cloister sound}. */
class DesktopVerbsTest {
    private static final String DEVICES = "/v1/hosts/" + FakeAgent.HOST + "/devices";

    @TempDir
    Path directory;

    private final FakeAgent agent = new FakeAgent();
    private FakeRepository repository;

    private static String device(String id, String kind, String root) {
        return "{\"device\":\"" + id + "\",\"kind\":\"" + kind + "\",\"exclusive\":false,\"label\":\"\",\"node\":\"\","
                + "\"attached\":true,\"since\":\"2026-01-02T03:04:05Z\",\"holders\":[{\"root\":\"" + root
                + "\",\"since\":\"2026-01-02T03:04:05Z\",\"position\":7,\"by\":\"alice\"}]}";
    }

    @BeforeEach
    void start() throws IOException {
        repository = new FakeRepository();
        agent.repository = repository.uri();
        repository.on(
                "GET " + DEVICES,
                200,
                "{\"devices\":[" + device("display", "display", "emacs") + ","
                        + device("screen-640x480", "screen", "oldgame") + ","
                        + device("sound-server", "sound-server", "oldgame") + ","
                        + device("sound-0a1b2c3d", "sound", "jack") + "]}");
        repository.on(
                "POST " + DEVICES + "/grants",
                200,
                "{\"position\":9,\"correlation\":\"c\",\"granted\":true,\"holder\":null,\"reason\":null}");
        repository.on("POST " + DEVICES + "/releases", 200, "{\"position\":9,\"correlation\":\"c\"}");
    }

    @AfterEach
    void stop() {
        repository.close();
    }

    private CommandLineTool.Result run(String... words) {
        return new CommandLineTool(directory, agent).run(words);
    }

    private List<String> sent(String operation) {
        return repository.requests().stream()
                .filter(request -> (request.method() + " " + request.target()).equals("POST " + DEVICES + operation))
                .map(FakeRepository.Request::body)
                .toList();
    }

    @Test
    void aGrantIsOfTheCallersDisplayOrOfAScreen() {
        assertThat(run("display", "grant", "emacs").out()).contains("emacs may show windows on your display");
        assertThat(run("display", "grant", "emacs", "--own-screen").out()).contains("1024x768");
        assertThat(run("display", "grant", "emacs", "--own-screen", "800x600").status())
                .isZero();
        assertThat(run("display", "grant", "emacs", "--own-screen=640x480").status())
                .isZero();
        assertThat(sent("/grants"))
                .allMatch(body -> body.contains("\"root\":\"emacs\""))
                .extracting(body -> body.replaceAll(".*\"device\":\"([^\"]*)\".*", "$1"))
                .containsExactly("display", "screen-1024x768", "screen-800x600", "screen-640x480");
    }

    @Test
    void aSizeThatIsNoneIsWrongUsage() {
        CommandLineTool.Result wrong = run("display", "grant", "emacs", "--own-screen=640x");
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("not the size of a screen: 640x");
        assertThat(run("display", "grant", "--own-screen", "emacs").err())
                .as("the size may be left out behind the root only")
                .contains("not the size of a screen: emacs");
        assertThat(sent("/grants")).isEmpty();
    }

    @Test
    void listShowsWhichRootHasWhat() {
        assertThat(run("display", "list").out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains(
                        "emacs display 2026-01-02T03:04:05Z alice", "oldgame screen-640x480 2026-01-02T03:04:05Z alice")
                .hasSize(2);
        assertThat(run("sound", "list").out()).contains("oldgame").doesNotContain("jack", "emacs");
        assertThat(run("display", "list", "--json").out()).contains("\"device\":\"screen-640x480\"");
    }

    @Test
    void whatIsRevokedIsWhatTheRootHas() {
        assertThat(run("display", "revoke", "oldgame").status()).isZero();
        assertThat(run("sound", "revoke", "oldgame").status()).isZero();
        assertThat(run("sound", "revoke", "emacs").out()).contains("emacs had none.");
        assertThat(sent("/releases"))
                .extracting(body -> body.replaceAll(".*\"device\":\"([^\"]*)\".*", "$1"))
                .containsExactly("screen-640x480", "sound-server");
    }

    @Test
    void soundIsGranted() {
        assertThat(run("sound", "grant", "vlc").out()).contains("vlc may play and record sound");
        assertThat(sent("/grants")).singleElement().asString().contains("\"device\":\"sound-server\"");
    }

    @Test
    void theCommandsOfDevicesKnowThemToo() {
        assertThat(run("device", "grant", "vlc", "sound-server").status()).isZero();
        assertThat(run("device", "release", "oldgame", "screen-640x480").status())
                .isZero();
    }
}

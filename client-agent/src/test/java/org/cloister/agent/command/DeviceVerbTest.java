package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceVerbTest {
    private static final String DEVICES = "/v1/hosts/" + FakeAgent.HOST + "/devices";
    private static final String DRIVE = "{\"device\":\"optical-0a1b2c3d\",\"kind\":\"optical\",\"exclusive\":true,"
            + "\"label\":\"QEMU DVD-ROM\",\"node\":\"sr0\",\"attached\":true,\"since\":\"2026-01-02T03:04:05Z\",\"holders\":["
            + "{\"root\":\"brasero\",\"since\":\"2026-01-02T03:04:05Z\",\"position\":7,\"by\":\"a\"}]}";

    @TempDir
    Path directory;

    private final FakeAgent agent = new FakeAgent();
    private FakeRepository repository;

    @BeforeEach
    void start() throws IOException {
        repository = new FakeRepository();
        agent.repository = repository.uri();
        repository.on("GET " + DEVICES, 200, "{\"devices\":[" + DRIVE + "]}");
        repository.on("POST " + DEVICES + "/releases", 200, "{\"position\":9,\"correlation\":\"c\"}");
    }

    @AfterEach
    void stop() {
        repository.close();
    }

    private CommandLineTool.Result run(String... words) {
        return new CommandLineTool(directory, agent).run(words);
    }

    private String sent(String operation) {
        return repository.requests().stream()
                .filter(request -> (request.method() + " " + request.target()).equals(operation))
                .map(FakeRepository.Request::body)
                .reduce("", (a, b) -> b);
    }

    @Test
    void listShowsWhatIsThereAndWhoHoldsIt() {
        assertThat(run("device", "list").out().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("optical-0a1b2c3d optical sr0 brasero QEMU DVD-ROM");
        assertThat(run("device", "list", "--json").out()).contains("\"label\":\"QEMU DVD-ROM\"");
    }

    @Test
    void aDeviceMayBeNamedByItsNode() {
        repository.on(
                "POST " + DEVICES + "/grants",
                200,
                "{\"position\":9,\"correlation\":\"c\",\"granted\":true,\"holder\":null,\"reason\":null}");
        for (String name : new String[] {"sr0", "/dev/sr0", "optical-0a1b2c3d"}) {
            assertThat(run("device", "grant", "vlc", name).status()).as(name).isZero();
            assertThat(sent("POST " + DEVICES + "/grants"))
                    .contains("\"root\":\"vlc\"")
                    .contains("\"device\":\"optical-0a1b2c3d\"");
        }
        assertThat(run("device", "release", "vlc", "sr0").status()).isZero();
        assertThat(sent("POST " + DEVICES + "/releases")).contains("optical-0a1b2c3d");
    }

    @Test
    void aRefusalNamesTheHolderAndWhatToDo() {
        repository.on(
                "POST " + DEVICES + "/grants",
                200,
                "{\"position\":9,\"correlation\":\"c\",\"granted\":false,\"holder\":\"brasero\",\"reason\":\"brasero has it\"}");
        CommandLineTool.Result refused = run("device", "grant", "vlc", "sr0");
        assertThat(refused.status()).isEqualTo(3);
        assertThat(refused.err()).contains("brasero has it").contains("cloister device release brasero sr0");
    }

    @Test
    void anUnknownDeviceIsToldAndAnOrdinaryUsersAgentSaysWhyItHasNone() {
        assertThat(run("device", "grant", "vlc", "sr7").err()).contains("cloister device list");
        agent.deviceProblem = "This agent is an ordinary user's.";
        assertThat(run("device", "grant", "vlc", "sr7").err()).contains("ordinary user's");
    }

    @Test
    void anAttachedImageIsWaitedForAndNamed() {
        assertThat(run("device", "attach-image", "disc.iso").out()).contains("optical-0a1b2c3d");
        assertThat(run("device", "detach-image", "disc.iso").status()).isZero();
    }
}

package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.cloister.agent.control.Awaited;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that talk to the repository: what is sent, what is shown, how it ends. */
class RepositoryVerbsTest {
    private static final String INSTALLS = "POST /v1/hosts/" + FakeAgent.HOST + "/installs";
    private static final String ASKED =
            "{\"position\":12,\"correlation\":\"c\",\"roots\":[{\"alias\":\"web\",\"closure\":null}]}";

    @TempDir
    Path directory;

    private final FakeAgent agent = new FakeAgent();
    private FakeRepository repository;

    @BeforeEach
    void open() throws IOException {
        repository = new FakeRepository();
        agent.repository = repository.uri();
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private CommandLineTool loggedIn() {
        CommandLineTool tool = new CommandLineTool(directory, agent);
        tool.configuration = repository.configuration();
        return tool;
    }

    @Test
    void anInstallIsAskedForOnceAndItsOutcomeIsShown() {
        repository.on(INSTALLS, 202, ASKED);
        agent.roots.add(FakeAgent.root("web", "nginx", "1.22.1-9", "nginx"));
        agent.outcome = new Awaited.Done(List.of(new RootName("web")), FakeAgent.DIGEST, 140);
        CommandLineTool.Result result = loggedIn().run("install", "nginx=1.22.1-9", "--as", "web");
        assertThat(result.err()).isEmpty();
        assertThat(result.out())
                .isEqualTo(
                        "web 1.22.1-9 is ready: run `nginx` or `cloister run web -- …` (root: /packages/web) (0.14 s)\n");
        assertThat(repository.requests()).singleElement().satisfies(request -> {
            assertThat(request.body())
                    .isEqualTo("{\"packages\":[{\"name\":\"nginx\",\"version\":\"1.22.1-9\",\"alias\":\"web\"}]}");
            assertThat(request.authorization()).isEqualTo("Bearer " + FakeRepository.TOKEN);
            assertThat(request.idempotencyKey()).hasSize(36);
        });
    }

    @Test
    void aBrokenConnectionIsRepeatedWithTheSameRequestId() {
        repository.on(INSTALLS, 0, "").on(INSTALLS, 202, ASKED);
        assertThat(loggedIn().run("install", "nginx", "--no-wait").out())
                .isEqualTo("Asked " + FakeAgent.HOST + " at position 12: web\n");
        // The HTTP client itself repeats what it may; every repetition carries the same id.
        assertThat(repository.requests().stream()
                        .map(FakeRepository.Request::idempotencyKey)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void aRefusalIsShownAsTheProblemSaysIt() {
        repository.on(
                INSTALLS,
                409,
                "{\"type\":\"urn:cloister:problem:unsatisfiable\",\"title\":\"t\",\"status\":409,"
                        + "\"detail\":\"a needs b (>= 2), but only 1.4 is published.\",\"remedy\":\"Publish b.\"}");
        CommandLineTool.Result result = loggedIn().run("install", "a");
        assertThat(result.status()).isEqualTo(3);
        assertThat(result.err())
                .isEqualTo("error: a needs b (>= 2), but only 1.4 is published.\n  What to do: Publish b.\n");
        assertThat(loggedIn().run("install", "a", "--json").err())
                .contains("\"type\":\"urn:cloister:problem:unsatisfiable\"");
    }

    @Test
    void whoeverMayUseTheSocketMayInstallHereWithoutATokenOfTheirOwnOrWithAReaders() {
        repository
                .on(INSTALLS, 403, "{\"title\":\"t\",\"status\":403,\"detail\":\"no\"}")
                .on(INSTALLS, 202, ASKED);
        assertThat(loggedIn().run("install", "nginx", "--no-wait").status()).isZero();
        CommandLineTool nobody = new CommandLineTool(directory, agent);
        assertThat(nobody.run("install", "nginx", "--no-wait").status()).isZero();
        assertThat(nobody.run("history").err()).contains("you are not logged in");
    }

    @Test
    void whatIsThereAlreadyIsNotWaitedFor() {
        repository.on(INSTALLS, 200, ASKED);
        agent.roots.add(FakeAgent.root("web", "nginx", "1.22.1-9", "nginx"));
        CommandLineTool.Result result = loggedIn().run("install", "nginx", "--as", "web");
        assertThat(result.out()).startsWith("Nothing to do").contains("web 1.22.1-9 is ready");
        assertThat(agent.awaited).as("what is on its way").containsExactly(new org.cloister.events.Position(9));
        assertThat(loggedIn().run("install", "nginx", "--json").out()).contains("\"outcome\":\"unchanged\"");
    }

    @Test
    void aFailedInstallationIsAFailure() {
        repository.on(INSTALLS, 202, ASKED);
        agent.outcome = new Awaited.Failed(List.of(new RootName("web")), "configure", "postinst of x returned 1");
        CommandLineTool.Result result = loggedIn().run("install", "nginx");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("step configure failed").contains("postinst of x returned 1");
    }

    @Test
    void anotherHostIsFoundByItsNameAndItsOutcomeReadFromItsEvents() {
        String other = "h-fedcba9876543210";
        repository.on(
                "GET /v1/hosts",
                200,
                "{\"hosts\":[{\"host\":\"" + other + "\",\"name\":\"desk\",\"retired\":false},"
                        + "{\"host\":\"h-0000000000000000\",\"name\":\"desk\",\"retired\":true}]}");
        repository.on("POST /v1/hosts/" + other + "/removals", 202, ASKED);
        String event = "{\"position\":14,\"stream\":\"host:" + other + "\",\"version\":3,\"type\":\"RemovalCompleted\","
                + "\"schema\":1,\"recordedAt\":\"2026-01-02T03:04:05Z\",\"principal\":\"x\",\"correlation\":\"c\","
                + "\"payload\":{\"request\":12,\"roots\":[\"web\"],\"generation\":\"" + FakeAgent.DIGEST
                + "\",\"writableKept\":false}}\n";
        repository.on(
                "GET /v1/events?after=12&stream=host%3A" + other + "&limit=1000&wait=10",
                200,
                "application/x-ndjson",
                event.getBytes(StandardCharsets.UTF_8));
        CommandLineTool.Result result = loggedIn().run("remove", "web", "--host", "desk");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).isEqualTo("web is removed on " + other + ".\n");
        assertThat(loggedIn().run("remove", "web", "--host", "nope").err()).contains("No host is called nope.");
    }

    @Test
    void aRepositoryThatIsGoneIsFour() {
        repository.close();
        CommandLineTool.Result result = loggedIn().run("search", "web");
        assertThat(result.status()).isEqualTo(4);
        assertThat(result.err()).contains("The repository at " + agent.repository + " does not answer");
    }

    @Test
    void somethingElseThanARepositoryIsRecognised() {
        repository.on("GET /v1/mirrors", 502, "text/html", "<h1>Bad gateway</h1>".getBytes(StandardCharsets.UTF_8));
        CommandLineTool.Result result = loggedIn().run("mirror", "list");
        assertThat(result.status()).isEqualTo(4);
        assertThat(result.err()).contains("status 502").contains("no proxy stands in between");
        repository.on("GET /v1/hosts", 200, "text/html", "<h1>hi</h1>".getBytes(StandardCharsets.UTF_8));
        assertThat(loggedIn().run("host", "list").err()).contains("no JSON");
    }

    @Test
    void loginKeepsRepositoryTokenAndKeyForItsOwnerOnly() throws Exception {
        LogFixture log = new LogFixture(3);
        log.serve(repository);
        repository.on("GET /v1/status", 200, "{\"name\":\"example\",\"head\":3}");
        Files.writeString(directory.resolve("token"), FakeRepository.TOKEN + "\n");
        CommandLineTool tool = new CommandLineTool(directory, null);
        CommandLineTool.Result result =
                tool.run("login", "--repo", repository.uri().toString(), "--token-file", "token");
        assertThat(result.err()).isEmpty();
        assertThat(result.out()).contains(log.key().text()).doesNotContain(FakeRepository.TOKEN);
        Path config = tool.configFile().path();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
                .isEqualTo("rw-------");
        tool.configuration = Files.readString(config);
        assertThat(tool.run("audit", "verify").err()).contains("No answer for POST /v1/audit/verify");

        new LogFixture(3).serve(repository);
        CommandLineTool.Result changed =
                tool.run("login", "--repo", repository.uri().toString(), "--token-file", "token");
        assertThat(changed.status()).isEqualTo(5);
        assertThat(changed.err()).contains("The log's key has changed");
        assertThat(Files.readString(config)).isEqualTo(tool.configuration);
    }

    @Test
    void theDoctorComparesTheClocks() {
        status("{\"head\":3,\"startedAt\":\"2026-02-03T04:00:00Z\",\"uptimeSeconds\":306}");
        assertThat(loggedIn().run("doctor").out())
                .contains("clock")
                .contains("by 0.00 s")
                .contains("3 events");
        status("{\"head\":3,\"startedAt\":\"2026-02-03T04:00:00Z\",\"uptimeSeconds\":1}");
        assertThat(loggedIn().run("doctor").out())
                .contains("warning  clock")
                .contains("5 min 5 s")
                .contains("NTP");
    }

    private void status(String json) {
        repository.replace("GET /v1/status", json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void loginRefusesAnythingThatIsNoToken() throws Exception {
        Files.writeString(directory.resolve("token"), "hunter2\n");
        CommandLineTool.Result result = new CommandLineTool(directory, null)
                .run("login", "--repo", repository.uri().toString(), "--token-file", "token");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).doesNotContain("hunter2");
        assertThat(repository.requests()).isEmpty();
    }

    @Test
    void publishSendsTheFileWithItsLength() throws Exception {
        byte[] deb = new byte[300_000];
        Files.write(directory.resolve("a.deb"), deb);
        repository.on(
                "POST /v1/packages", 201, "{\"name\":\"a\",\"version\":\"1\",\"architecture\":\"all\",\"position\":9}");
        CommandLineTool.Result result = loggedIn().run("publish", "a.deb");
        assertThat(result.out()).isEqualTo("a 1 all is published at position 9.\n");
        assertThat(repository.requests().get(0).body()).hasSize(deb.length);
        assertThat(loggedIn().run("publish", "nope.deb").err()).contains("nope.deb is no file.");
    }

    @Test
    void aSyncThatEndsEarlyIsNoSuccess() {
        String sync = "POST /v1/mirrors/debian/sync";
        repository
                .on(sync, 200, "application/x-ndjson", lines("{\"step\":\"fetch\",\"bytes\":1,\"totalBytes\":2}"))
                .on(
                        sync,
                        200,
                        "application/x-ndjson",
                        lines(
                                "{\"step\":\"index\"}",
                                "{\"problem\":{\"detail\":\"bad\",\"remedy\":\"r\",\"status\":502}}"))
                .on(sync, 200, "application/x-ndjson", lines("{\"done\":true,\"published\":2,\"position\":5}"));
        assertThat(loggedIn().run("mirror", "sync", "debian", "hello").status()).isEqualTo(4);
        assertThat(loggedIn().run("mirror", "sync", "debian", "hello").err()).contains("error: bad");
        assertThat(loggedIn().run("mirror", "sync", "debian", "hello").out())
                .isEqualTo("Mirror debian is synchronized: 2 packages published.\n");
    }

    @Test
    void completeIndexesAreSynchronizedWithoutPackages() {
        repository.on(
                "POST /v1/mirrors/debian/sync",
                200,
                "application/x-ndjson",
                lines("{\"done\":true,\"published\":0,\"listed\":7,\"withdrawn\":1,\"total\":63440,\"position\":5}"));
        assertThat(loggedIn().run("mirror", "sync", "debian").out())
                .isEqualTo(
                        "Mirror debian is synchronized: 63440 packages listed, 7 of them new or changed, 1 withdrawn.\n");
        assertThat(repository.requests().get(0).body()).isEqualTo("{\"packages\":[]}");
    }

    @Test
    void whatMirrorsListIsFetchedBeforeItIsInstalled() {
        String refusal = "{\"type\":\"urn:cloister:problem:not-fetched\",\"title\":\"Not fetched\",\"status\":409}";
        String fetches = INSTALLS.replace("installs", "fetches");
        repository
                .on(INSTALLS, 409, refusal)
                .on(INSTALLS, 202, ASKED)
                .on(
                        fetches,
                        200,
                        "application/x-ndjson",
                        lines(
                                "{\"step\":\"fetch\",\"bytes\":1,\"totalBytes\":2,\"packages\":1,\"totalPackages\":2}",
                                "{\"done\":true,\"published\":2,\"position\":9}"));
        assertThat(loggedIn()
                        .run("install", "nginx", "--as", "web", "--no-wait")
                        .status())
                .isZero();
        assertThat(repository.requests()).hasSize(3);
        assertThat(repository.requests().get(1).body())
                .as("the same wish")
                .isEqualTo(repository.requests().get(0).body());
    }

    @Test
    void anArchiveThatFailsEndsTheInstallationWithItsReason() {
        repository
                .on(INSTALLS, 409, "{\"type\":\"urn:cloister:problem:not-fetched\",\"title\":\"Not fetched\"}")
                .on(
                        INSTALLS.replace("installs", "fetches"),
                        200,
                        "application/x-ndjson",
                        lines("{\"problem\":{\"detail\":\"it lies\",\"remedy\":\"r\",\"status\":502}}"));
        CommandLineTool.Result result = loggedIn().run("install", "nginx", "--no-wait");
        assertThat(result.status()).isNotZero();
        assertThat(result.err()).contains("it lies");
    }

    private static byte[] lines(String... lines) {
        return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aVersionIsYankedForEveryArchitecture() {
        repository.on(
                "GET /v1/packages/a",
                200,
                "{\"versions\":[{\"version\":\"1:2+b~1\",\"architecture\":\"amd64\"},{\"version\":\"1\",\"architecture\":\"all\"}]}");
        repository.on("POST /v1/packages/a/1%3A2%2Bb%7E1/amd64/yank", 200, "{\"position\":20}");
        CommandLineTool.Result result = loggedIn().run("yank", "a=1:2+b~1", "--reason", "hole");
        assertThat(result.out()).isEqualTo("a 1:2+b~1 amd64 is yanked as of position 20.\n");
        assertThat(loggedIn().run("yank", "a", "--reason", "x").status()).isEqualTo(2);
        assertThat(loggedIn().run("restore", "a=9", "--reason", "x").status()).isEqualTo(3);
    }

    @Test
    void aPastMomentMayBeAPositionADayOrATimeWithAnyOffset() {
        String path = "GET /v1/audit/hosts/" + FakeAgent.HOST + "?at=";
        String state =
                "{\"host\":\"h\",\"name\":\"build-1\",\"position\":5,\"at\":null,\"roots\":[],\"devices\":[],\"leases\":[{\"root\":\"nginx\","
                        + "\"inside\":\"tcp/80\",\"outside\":\"tcp/8080\",\"since\":\"2026-01-30T08:00:00.5Z\",\"by\":\"agent\"}]}";
        repository.on(path + "17", 200, state);
        repository.on(path + "2026-01-31T10%3A00%3A00Z", 200, state);
        repository.on(path + "2026-01-31T00%3A00%3A00Z", 200, state);
        for (String at : List.of("17", "2026-01-31T12:00:00+02:00", "2026-01-31")) {
            assertThat(loggedIn().run("audit", "host", "build-1", "--at", at).out())
                    .contains("nothing is installed")
                    .containsPattern("tcp/8080 for its tcp/80 +nginx +2026-01-30T08:00:00Z +agent");
        }
        assertThat(loggedIn()
                        .run("audit", "host", "build-1", "--at", "yesterday")
                        .status())
                .isEqualTo(2);
    }
}

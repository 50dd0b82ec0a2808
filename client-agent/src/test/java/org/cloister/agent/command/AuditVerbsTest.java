package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An auditor's questions: what is asked, and how the answers are shown to people, spreadsheets and programs. */
class AuditVerbsTest {
    private static final String ENDED = "{\"host\":\"h-0123456789abcdef\",\"hostName\":\"desk,"
            + " 1\",\"root\":\"nginx\",\"name\":\"libssl3\",\"version\":\"3.0.8-1\","
            + "\"architecture\":\"amd64\",\"direct\":false,\"requested\":\"nginx=1:amd64\",\"by\":\"alice\",\"request\":4,"
            + "\"from\":{\"position\":5,\"at\":\"2026-01-02T03:04:05.123Z\"},\"until\":{\"position\":9,\"at\":\"2026-01-03T00:00:00Z\"},"
            + "\"ending\":\"replaced\",\"source\":\"openssl\",\"sourceVersion\":\"3.0.8-1\",\"release\":null,\"judgement\":\"possible\"}";
    private static final String LASTING =
            ENDED.replaceAll("\"until\":\\{[^}]*}", "\"until\":null").replace("\"replaced\"", "null");

    @TempDir
    private Path directory = Path.of("");

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

    private CommandLineTool.Result run(String... words) {
        CommandLineTool tool = new CommandLineTool(directory, agent);
        tool.configuration = repository.configuration();
        return tool.run(words);
    }

    private void pages(String question, String at) {
        String separator = question.contains("?") ? "&" : "?";
        String first = question + separator + at + "after=0&limit=10000";
        repository.on(first, 200, "{\"asOf\":77,\"intervals\":[" + ENDED + "],\"total\":2,\"next\":1}");
        repository.on(
                question + separator + "at=77&after=1&limit=10000",
                200,
                "{\"asOf\":77,\"intervals\":[" + LASTING + "],\"total\":2,\"next\":null}");
    }

    @Test
    void allPagesOfAPackageAreAsOfTheSamePosition() {
        pages("GET /v1/audit/packages/libssl3?version=%3E%3D%203.0", "");
        assertThat(run("audit", "package", "libssl3", ">= 3.0").out().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains(
                                        "desk, 1",
                                        "libssl3",
                                        "2026-01-02T03:04:05Z",
                                        "2026-01-03T00:00:00Z",
                                        "replaced"),
                        line -> assertThat(line).contains("now"));
    }

    @Test
    void aSpreadsheetHasAHeadingExactTimesAndQuotedCommas() {
        pages("GET /v1/audit/packages/libssl3", "");
        assertThat(run("audit", "package", "libssl3", "--csv").out())
                .isEqualTo(
                        "host,id,root,package,version,architecture,from,until,ending,asked,by\r\n"
                                + "\"desk,"
                                + " 1\",h-0123456789abcdef,nginx,libssl3,3.0.8-1,amd64,2026-01-02T03:04:05.123Z,2026-01-03T00:00:00Z,replaced,nginx=1:amd64,alice\r\n"
                                + "\"desk,"
                                + " 1\",h-0123456789abcdef,nginx,libssl3,3.0.8-1,amd64,2026-01-02T03:04:05.123Z,,,nginx=1:amd64,alice\r\n");
    }

    @Test
    void programsGetAllPagesInOneDocument() {
        pages("GET /v1/audit/packages/libssl3", "");
        assertThat(run("audit", "package", "libssl3", "--json").out())
                .contains("\"asOf\":77", "\"total\":2", "\"until\":null", "\"ending\":\"replaced\"")
                .doesNotContain("\"next\"");
    }

    @Test
    void anExposureIsToldWithTheSourceAndHowSureItIs() {
        pages("GET /v1/audit/exposure/CVE-2023-0464", "at=2026-01-31T00%3A00%3A00Z&");
        assertThat(run("audit", "exposure", "CVE-2023-0464", "--at", "2026-01-31")
                        .out())
                .contains("openssl", "possible");
    }

    @Test
    void aFileOfAdvisoriesIsSentAndWhatWasLeftOutIsTold() throws IOException {
        Files.writeString(directory.resolve("a.json"), "{}");
        repository.on(
                "POST /v1/advisories",
                201,
                "{\"format\":\"osv\",\"advisories\":3,\"recorded\":2,\"unchanged\":1,\"leftOut\":1,\"reasons\":[\"CVE-1:"
                        + " no version\"]}");
        CommandLineTool.Result result = run("audit", "advisory", "import", "a.json");
        assertThat(result.out()).isEqualTo("a.json: 2 of 3 advisories recorded, 1 known already (osv)\n");
        assertThat(result.err()).contains("1 statement left out", "CVE-1: no version");
    }

    @Test
    void theFleetShowsWhoIsBehindOrSilent() {
        String host =
                "{\"host\":\"h-1\",\"name\":\"%s\",\"retiredAt\":null,\"lastReportAt\":%s,\"seenAt\":null,\"open\":%d,"
                        + "\"waitingSince\":null,\"waitingAt\":null,\"damaged\":0,\"outdated\":[]}";
        repository.on(
                "GET /v1/audit/hosts",
                200,
                "{\"hosts\":[" + host.formatted("late", "\"2020-01-01T00:00:00Z\"", 2) + ","
                        + host.formatted("fine", "\"2999-01-01T00:00:00Z\"", 0) + "],\"mirrors\":[]}");
        assertThat(run("audit", "fleet").out()).contains("late", "fine");
        assertThat(run("audit", "fleet", "--behind").out()).contains("late").doesNotContain("fine");
        assertThat(run("audit", "fleet", "--silent", "24").out())
                .contains("late")
                .doesNotContain("fine");
    }

    @Test
    void theFleetShowsWrongClocksAndHostsThatSeemToBeTwo() {
        String host =
                "{\"host\":\"h-%d\",\"name\":\"desk-%d\",\"retiredAt\":null,\"lastReportAt\":null,\"seenAt\":null,"
                        + "\"clockAheadSeconds\":%s,\"repeatedSequences\":%d,\"open\":0,\"damaged\":0,\"outdated\":[]}";
        repository.on(
                "GET /v1/audit/hosts",
                200,
                "{\"hosts\":[" + host.formatted(1, 1, "10800", 0) + "," + host.formatted(2, 2, "-864000", 4) + ","
                        + host.formatted(3, 3, "59", 1) + "," + host.formatted(4, 4, "null", 0) + "],\"mirrors\":[]}");
        List<String> lines = run("audit", "fleet").out().lines().toList();
        assertThat(lines.get(0)).contains("desk-1").endsWith("clock 3 h ahead");
        assertThat(lines.get(1)).endsWith("clock 10 days behind, numbers of reports repeated 4 times");
        assertThat(lines.get(2)).endsWith(" numbers of reports repeated once").doesNotContain("clock");
        assertThat(lines.get(3)).contains("desk-4").doesNotContain("clock", "numbers");
    }

    @Test
    void driftIsToldByHostAndPath() {
        String host = "{\"host\":\"h-%d\",\"name\":\"desk-%d\",\"drift\":%s}";
        repository.on("GET /v1/audit/hosts", 200, "{\"hosts\":[" + host.formatted(1, 1, "null") + "]}");
        assertThat(run("audit", "drift").status()).isZero();
        String drift = "{\"since\":\"2026-01-01T00:00:00Z\",\"position\":5,\"more\":3,"
                + "\"differences\":[{\"path\":\"jq/usr/bin/jq\",\"found\":\"is not in the store\"}]}";
        repository.replace(
                "GET /v1/audit/hosts",
                ("{\"hosts\":[" + host.formatted(1, 1, "null") + "," + host.formatted(2, 2, drift) + "]}")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        CommandLineTool.Result result = run("audit", "drift");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.out())
                .contains("desk-2", "jq/usr/bin/jq", "is not in the store", "and 3 more")
                .doesNotContain("desk-1");
        assertThat(run("audit", "drift", "--json").out()).contains("h-2").doesNotContain("h-1");
    }

    @Test
    void somethingThatIsInstalledAndWasNeverServedIsDamage() {
        repository.on("GET /v1/audit/deliveries", 200, "{\"notInstalled\":[],\"notServed\":[]}");
        assertThat(run("audit", "deliveries").status()).isZero();
        repository.replace(
                "GET /v1/audit/deliveries",
                ("{\"notInstalled\":[],\"notServed\":[{\"host\":\"h-1\",\"root\":\"x\",\"name\":\"x\",\"version\":\"1\","
                                + "\"position\":5,\"at\":\"2026-01-01T00:00:00Z\"}]}")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        CommandLineTool.Result result = run("audit", "deliveries");
        assertThat(result.status()).isEqualTo(5);
        assertThat(result.out()).contains("NEVER SERVED");
    }

    @Test
    void whatIsTiedTogetherIsShownInItsOrder() {
        repository.on(
                "GET /v1/audit/correlations/c-1",
                200,
                "{\"correlation\":\"c-1\",\"entries\":[{\"position\":4,\"at\":\"2026-01-01T00:00:00.5Z\",\"principal\":\"alice\",\"summary\":\"install"
                        + " x\",\"correlation\":\"c-1\",\"stream\":\"host:h-1\",\"type\":\"InstallRequested\"}]}");
        assertThat(run("audit", "correlation", "c-1").out()).isEqualTo("4  2026-01-01T00:00:00Z  alice  install x\n");
        assertThat(run("audit", "correlation", "no id").status()).isEqualTo(2);
    }
}

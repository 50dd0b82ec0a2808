package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.cloister.agent.control.PortUse;
import org.cloister.events.HostEvent.PortSource;
import org.cloister.events.Port;
import org.cloister.events.RootName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsVerbTest {
    private static final String LEASES = "/v1/hosts/" + FakeAgent.HOST + "/leases";
    private static final String RECORDED = "{\"position\":9,\"correlation\":\"c\"}";

    @TempDir
    Path directory;

    private final FakeAgent agent = new FakeAgent();
    private FakeRepository repository;

    @BeforeEach
    void start() throws IOException {
        repository = new FakeRepository();
        agent.repository = repository.uri();
        agent.roots.add(FakeAgent.root("apache2", "apache2", "2.4", "a2ensite"));
        agent.ports = List.of(new PortUse(
                new RootName("apache2"),
                Port.tcp(80),
                Port.tcp(80),
                PortSource.SHIPPED,
                "10.213.0.2",
                List.of("apache2(7)")));
        repository.on(
                "GET " + LEASES,
                200,
                "{\"policy\":{\"first\":20000,\"last\":29999,\"pins\":[]},\"leases\":["
                        + "{\"root\":\"apache2\",\"inside\":\"tcp/80\",\"outside\":\"tcp/80\",\"source\":\"shipped\","
                        + "\"reason\":\"the port that it binds\",\"since\":\"2026-01-02T03:04:05.678901Z\",\"position\":7,\"by\":\"a\"},"
                        + "{\"root\":\"nginx\",\"inside\":\"tcp/80\",\"outside\":\"tcp/20000\",\"source\":\"shipped\","
                        + "\"reason\":\"tcp/80 is held by apache2\",\"since\":\"2026-01-02T03:04:06Z\",\"position\":8,\"by\":\"a\"}],"
                        + "\"waiting\":[{\"root\":\"caddy\",\"inside\":\"tcp/8080\",\"wanted\":\"tcp/80\",\"holder\":\"apache2\","
                        + "\"reason\":\"tcp/80 is held by apache2\",\"since\":\"2026-01-02T03:04:07Z\",\"position\":9}]}");
        repository.on("POST " + LEASES, 200, RECORDED);
        repository.on("POST " + LEASES + "/releases", 200, RECORDED);
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
    void portsShowsWhoHoldsWhatSinceWhenAndWhoWaits() {
        assertThat(run("ports")
                        .out()
                        .lines()
                        .map(line -> line.replaceAll(" +", " ").strip()))
                .containsExactly(
                        "tcp/80 apache2 tcp/80 10.213.0.2 apache2(7) 2026-01-02T03:04:05Z caddy,nginx the port that it binds",
                        "tcp/20000 nginx tcp/80 - - 2026-01-02T03:04:06Z - tcp/80 is held by apache2",
                        "waits caddy tcp/8080 - - 2026-01-02T03:04:07Z - tcp/80 is held by apache2");
        assertThat(run("ports", "--json").out())
                .contains("\"processes\":[\"apache2(7)\"]")
                .contains("\"holder\":\"apache2\"");
    }

    @Test
    void whileTheRepositoryIsAwayThisMachineTellsWhatItKnows() {
        repository.close();
        CommandLineTool.Result result = run("ports");
        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("tcp/80").contains("apache2(7)");
        assertThat(result.err()).contains("As this machine knows it");
    }

    @Test
    void addSaysWhatThisMachineCannotLease() {
        assertThat(run("ports", "add", "apache2", "tcp/443", "udp/443").status())
                .isZero();
        assertThat(sent("POST " + LEASES))
                .isEqualTo("{\"root\":\"apache2\",\"ports\":[\"tcp/443\",\"udp/443\"],\"source\":\"asked\","
                        + "\"occupied\":[\"tcp/22\"],\"lowest\":1}");
        assertThat(run("ports", "release", "apache2", "tcp/443").status()).isZero();
        assertThat(sent("POST " + LEASES + "/releases")).isEqualTo("{\"root\":\"apache2\",\"ports\":[\"tcp/443\"]}");
        assertThat(run("ports", "add", "apache2", "443").err()).contains("write tcp/80");
    }

    @Test
    void whatAProgramWasSeenToBindIsNotOccupiedByTheHost() {
        agent.listening = List.of(Port.tcp(22), Port.udp(40_000));
        CommandLineTool.Result result = run("ports", "learn", "apache2", "--seconds", "0");
        assertThat(result.err()).contains("apache2 binds tcp/22").doesNotContain("40000");
        assertThat(sent("POST " + LEASES)).contains("\"source\":\"learned\"").contains("\"occupied\":[]");
        agent.listening = List.of();
        assertThat(run("ports", "learn", "apache2", "--seconds", "0").status()).isEqualTo(1);
    }

    @Test
    void aPolicyIsChangedFromWhatItIs() {
        repository.on("POST /v1/hosts/" + FakeAgent.HOST + "/port-policy", 200, RECORDED);
        assertThat(run("ports", "policy", "--pin", "nginx:tcp/80=tcp/8080").out())
                .isEqualTo("range 20000-29999\npin nginx:tcp/80=tcp/8080\n");
        assertThat(sent("POST /v1/hosts/" + FakeAgent.HOST + "/port-policy"))
                .isEqualTo(
                        "{\"first\":20000,\"last\":29999,\"pins\":[{\"root\":\"nginx\",\"inside\":\"tcp/80\",\"outside\":\"tcp/8080\"}]}");
        assertThat(run("ports", "policy", "--range", "20000").status()).isEqualTo(2);
    }
}

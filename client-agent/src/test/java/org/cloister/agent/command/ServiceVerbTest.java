package org.cloister.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceVerbTest {
    @TempDir
    Path directory;

    private final FakeAgent agent = new FakeAgent();

    @BeforeEach
    void start() {
        agent.roots.add(FakeAgent.root("apache2", "apache2", "2.4", "a2ensite"));
        agent.roots.add(FakeAgent.root("openssh-server", "openssh-server", "9.2", "sshd"));
        agent.roots.add(FakeAgent.root("jq", "jq", "1.6", "jq"));
        agent.services.views = List.of(
                FakeServices.view("apache2", "apache-htcacheclean", "down", false, true),
                FakeServices.view("apache2", "apache2", "up", true, true),
                FakeServices.view("apache2", "apache2@", "down", false, false),
                FakeServices.view("openssh-server", "rescue-ssh", "down", false, false),
                FakeServices.view("openssh-server", "ssh", "failed", false, true));
    }

    private CommandLineTool.Result run(String... words) {
        return new CommandLineTool(directory, agent).run(words);
    }

    @Test
    void listShowsTheServicesOfEveryRoot() {
        assertThat(run("service", "list").out().lines().map(line -> line.replaceAll(" +", " ")))
                .hasSize(5)
                .contains("apache2 apache2 up yes unit apache2 The apache2");
        assertThat(run("service", "list", "--json", "openssh-server").out())
                .contains("\"service\":\"ssh\"", "\"state\":\"failed\"");
        assertThat(run("service", "list", "jq").err()).contains("Nothing of jq runs in the background");
        assertThat(run("service", "list", "none").err()).contains("There is no root none here");
    }

    @Test
    void withoutANameTheMainServiceIsMeant() {
        assertThat(run("service", "restart", "apache2").out()).isEqualTo("apache2 of apache2 is up, enabled\n");
        run("service", "stop", "openssh-server");
        run("service", "enable", "--now", "apache2", "apache-htcacheclean.service");
        assertThat(agent.services.asked)
                .containsExactly(
                        "RESTART apache2 apache2",
                        "STOP openssh-server ssh",
                        "ENABLE apache2 apache-htcacheclean",
                        "START apache2 apache-htcacheclean");
    }

    @Test
    void aServiceThatIsNotUpAfterItsStartIsAFailure() {
        CommandLineTool.Result result = run("service", "start", "openssh-server", "ssh");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out())
                .isEqualTo("ssh of openssh-server is failed (its program ended with status 1), not enabled\n");
        assertThat(result.err()).contains("cloister service logs openssh-server ssh");
    }

    @Test
    void aServiceThatIsNotThereIsNamed() {
        CommandLineTool.Result result = run("service", "start", "apache2", "nginx");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("there is no service nginx in apache2", "`cloister service list apache2`");
    }

    @Test
    void statusTellsWhatOfTheUnitHasNoEffectAndWhatWasSaidLast() {
        agent.services.log = List.of("2026-01-02T03:04:05Z \u001b[31mred");
        assertThat(run("service", "status", "apache2").out())
                .contains(
                        "state: up since 2026-01-02T03:04:05Z",
                        "not as its unit says: WatchdogSec= has no effect here",
                        "without effect, the root's own walls stand: ProtectHome",
                        "2026-01-02T03:04:05Z ?[31mred");
    }

    @Test
    void logsAreShownAsTheyAre() {
        agent.services.log = List.of("2026-01-02T03:04:05Z one", "2026-01-02T03:04:06Z two");
        assertThat(run("service", "logs", "apache2").out())
                .isEqualTo("2026-01-02T03:04:05Z one\n2026-01-02T03:04:06Z two\n");
    }
}

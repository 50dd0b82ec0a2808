package org.cloister.agent.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxCommandTest {
    private static final List<String> KEEPER = List.of("perl", "keeper.pl");

    @Test
    void withoutSystemdTheKeeperIsStartedAsItIs() {
        assertThat(new SandboxCommand(false, true, "ab12").words("web-nginx-1", "nginx of web", KEEPER))
                .isEqualTo(KEEPER);
    }

    @Test
    void withSystemdItIsAUnitOfItsOwnOfTheMachineOrTheUser() {
        List<String> machine = new SandboxCommand(true, true, "ab12").words("g++-a@b-1f", "a@b of g++", KEEPER);
        assertThat(machine)
                .startsWith("systemd-run", "--collect")
                .contains("--unit=cloister-ab12-g__-a_b-1f")
                .endsWith("--", "perl", "keeper.pl");
        assertThat(new SandboxCommand(true, false, "ab12").words("web-nginx-1", "nginx of web", KEEPER))
                .startsWith("systemd-run", "--user");
    }
}

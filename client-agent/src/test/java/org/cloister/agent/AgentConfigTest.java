package org.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    private static final AgentConfig.Machine MACHINE =
            new AgentConfig.Machine("desk", Path.of("/root"), "root", true, Path.of("/opt/cloister"));

    @Test
    void someMemoryIsForGuestsThatWaitUnlessTold() {
        assertThat(parse(Map.of()).warmGuests()).isEqualTo(256);
        assertThat(parse(Map.of("CLOISTER_AGENT_WARM_GUESTS", "1024")).warmGuests())
                .isEqualTo(1024);
        assertThat(parse(Map.of("CLOISTER_AGENT_WARM_GUESTS", "1024"), "--warm-guests", "0")
                        .warmGuests())
                .isZero();
    }

    @Test
    void nonsenseIsNoMemoryForGuestsThatWait() {
        for (String text : List.of("-1", "256M", "99999999")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> parse(Map.of(), "--warm-guests", text))
                    .withMessageContaining("--warm-guests needs a number of MiB");
        }
    }

    @Test
    void theMachinesAgentHasTheMachinesPlaces() {
        AgentConfig config = parse(Map.of());
        assertThat(config.state()).isEqualTo(Path.of("/var/lib/cloister/agent"));
        assertThat(config.mount()).isEqualTo(Path.of("/packages"));
        assertThat(config.guestCommand()).isEqualTo(Path.of("/opt/cloister/bin/guest"));
        assertThat(config.httpPort()).isEmpty();
    }

    private static AgentConfig parse(Map<String, String> environment, String... arguments) {
        return AgentConfig.parse(List.of(arguments), environment, MACHINE);
    }
}

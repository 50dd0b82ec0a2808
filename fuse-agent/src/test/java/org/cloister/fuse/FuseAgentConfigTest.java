package org.cloister.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FuseAgentConfigTest {
    private static FuseAgentConfig parse(Map<String, String> environment, boolean root, String... arguments) {
        return FuseAgentConfig.parse(arguments, environment, root);
    }

    @Test
    void rootServesTheMachine() {
        assertThat(parse(Map.of("HOME", "/root"), true))
                .isEqualTo(new FuseAgentConfig(Path.of("/var/lib/cloister/agent"), Path.of("/packages"), true));
    }

    @Test
    void aUserServesTheirHome() {
        assertThat(parse(Map.of("HOME", "/h"), false))
                .isEqualTo(
                        new FuseAgentConfig(Path.of("/h/.local/state/cloister/agent"), Path.of("/h/packages"), false));
        assertThat(parse(Map.of("HOME", "/h", "XDG_STATE_HOME", "/x"), false).state())
                .isEqualTo(Path.of("/x/cloister/agent"));
    }

    @Test
    void anOptionWinsOverTheEnvironmentAndThatOverTheDefault() {
        Map<String, String> environment = Map.of("CLOISTER_AGENT_STATE", "/s", "CLOISTER_MOUNT", "/m");
        assertThat(parse(environment, true)).isEqualTo(new FuseAgentConfig(Path.of("/s"), Path.of("/m"), true));
        assertThat(parse(environment, true, "--mount", "/o", "--state", "/t"))
                .isEqualTo(new FuseAgentConfig(Path.of("/t"), Path.of("/o"), true));
    }

    @Test
    void whatIsUnknownIsRefused() {
        assertThatThrownBy(() -> parse(Map.of(), true, "--what", "x")).hasMessageContaining("--what");
        assertThatThrownBy(() -> parse(Map.of(), true, "--state")).hasMessageContaining("--state");
    }
}

package org.cloister.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cloister.fuse.kernel.Feature;
import org.junit.jupiter.api.Test;

class FuseAgentConfigTest {
    private static FuseAgentConfig parse(Map<String, String> environment, boolean root, String... arguments) {
        return FuseAgentConfig.parse(arguments, environment, root);
    }

    private static FuseAgentConfig config(String state, String mount, boolean root) {
        return new FuseAgentConfig(
                Path.of(state), Path.of(mount), root, FuseAgentConfig.Adapter.AUTO, FuseAgentConfig.UNADVISED, null);
    }

    @Test
    void whatASupervisorHoldsIsNamedByTheEnvironment() {
        Map<String, String> environment = Map.of(
                "CLOISTER_FUSE_DEVICES", "3,4",
                "CLOISTER_FUSE_SESSION", "9",
                "CLOISTER_FUSE_SUPERVISOR", "77");
        assertThat(parse(environment, true).held())
                .isEqualTo(new FuseAgentConfig.Held(List.of(3, 4), Path.of("/proc/self/fd/9"), 77));
        assertThat(parse(Map.of("CLOISTER_FUSE_DEVICES", "3"), true).held()).isNull();
        Map<String, String> garbled = new HashMap<>(environment);
        garbled.put("CLOISTER_FUSE_DEVICES", "3,x");
        assertThatThrownBy(() -> parse(garbled, true)).hasMessageContaining("leave them to bin/fuse-agent");
    }

    @Test
    void theWayOfMountingIsChosenByName() {
        FuseAgentConfig config =
                parse(Map.of("CLOISTER_FUSE_WITHOUT", "no-open,MAX_PAGES"), true, "--mount-adapter", "kernel");
        assertThat(config.adapter()).isEqualTo(FuseAgentConfig.Adapter.KERNEL);
        assertThat(config.without()).containsExactlyInAnyOrder(Feature.NO_OPEN, Feature.MAX_PAGES);
        assertThat(parse(Map.of(), true, "--without", "").without()).isEmpty();
        assertThatThrownBy(() -> parse(Map.of("CLOISTER_MOUNT_ADAPTER", "libfuse"), true))
                .hasMessageContaining("jnr-fuse");
        assertThatThrownBy(() -> parse(Map.of(), true, "--without", "speed")).hasMessageContaining("NO_OPEN");
    }

    @Test
    void rootServesTheMachine() {
        assertThat(parse(Map.of("HOME", "/root"), true))
                .isEqualTo(config("/var/lib/cloister/agent", "/packages", true));
    }

    @Test
    void aUserServesTheirHome() {
        assertThat(parse(Map.of("HOME", "/h"), false))
                .isEqualTo(config("/h/.local/state/cloister/agent", "/h/packages", false));
        assertThat(parse(Map.of("HOME", "/h", "XDG_STATE_HOME", "/x"), false).state())
                .isEqualTo(Path.of("/x/cloister/agent"));
    }

    @Test
    void anOptionWinsOverTheEnvironmentAndThatOverTheDefault() {
        Map<String, String> environment = Map.of("CLOISTER_AGENT_STATE", "/s", "CLOISTER_MOUNT", "/m");
        assertThat(parse(environment, true)).isEqualTo(config("/s", "/m", true));
        assertThat(parse(environment, true, "--mount", "/o", "--state", "/t")).isEqualTo(config("/t", "/o", true));
    }

    @Test
    void whatIsUnknownIsRefused() {
        assertThatThrownBy(() -> parse(Map.of(), true, "--what", "x")).hasMessageContaining("--what");
        assertThatThrownBy(() -> parse(Map.of(), true, "--state")).hasMessageContaining("--state");
    }
}

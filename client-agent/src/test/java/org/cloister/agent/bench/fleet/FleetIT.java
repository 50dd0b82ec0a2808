package org.cloister.agent.bench.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The whole of {@code bin/bench fleet} with few hosts: every check of it, none of its figures. */
class FleetIT {
    @Test
    void nothingIsLostOrTwiceOrOutOfOrderHoweverTheHostsComeAndGo() throws Exception {
        assertThat(FleetBench.run(
                        Path.of("..", "bin", "repo-server").toAbsolutePath().normalize(), 20))
                .isEmpty();
    }
}

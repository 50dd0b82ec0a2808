package org.cloister.agent.command.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogTailTest {
    @Test
    void linesThatAreEqualAreNewWhenThereAreMore() {
        assertThat(LogTail.added(List.of("tick", "tick"), List.of("tick", "tick", "tick")))
                .containsExactly("tick");
    }

    @Test
    void whatLeftTheWindowIsNotMissed() {
        assertThat(LogTail.added(List.of("a", "b", "c"), List.of("b", "c", "d")))
                .containsExactly("d");
    }

    @Test
    void nothingCame() {
        assertThat(LogTail.added(List.of("a"), List.of("a"))).isEmpty();
        assertThat(LogTail.added(List.of(), List.of())).isEmpty();
    }

    @Test
    void aLogThatBeganAnewIsNewAsAWhole() {
        assertThat(LogTail.added(List.of("a", "b"), List.of("x"))).containsExactly("x");
        assertThat(LogTail.added(List.of(), List.of("x", "y"))).containsExactly("x", "y");
    }
}

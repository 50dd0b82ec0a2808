package org.cloister.events.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.junit.jupiter.api.Test;

class GenerationTest {
    private static final Generation.Root A =
            new Generation.Root(new RootName("a"), List.of(new LayerId(Digest.ofText("1"))));
    private static final Generation.Root B = new Generation.Root(new RootName(".build-b"), List.of());

    @Test
    void whatIsWrittenIsReadBackEqual() {
        Generation generation = new Generation(new Position(9), List.of(A, B));
        assertThat(Generation.parse(generation.text())).isEqualTo(generation);
    }

    @Test
    void equalSetsHaveEqualDigestsAtAnyPositionAndInAnyOrder() {
        assertThat(new Generation(new Position(9), List.of(A, B)).digest())
                .isEqualTo(new Generation(new Position(10), List.of(B, A)).digest())
                .isNotEqualTo(new Generation(new Position(9), List.of(A)).digest());
    }

    @Test
    void aCutOrForeignTextIsRefused() {
        assertThatThrownBy(() -> Generation.parse("cloister-generation 2\nposition 1\n"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Generation.parse("cloister-generation 1\nposition 1\nroot a"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Generation(Position.NONE, List.of(A, A))).hasMessageContaining("twice");
    }
}

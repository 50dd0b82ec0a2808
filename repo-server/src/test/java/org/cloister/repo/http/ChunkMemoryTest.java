package org.cloister.repo.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChunkMemoryTest {
    @Test
    void thePiecesOfAllAnswersTogetherHaveALimit() {
        ChunkMemory memory = new ChunkMemory();
        assertThat(memory.piece()).isEqualTo(ChunkMemory.TOTAL);
        for (int answers = 1; answers <= 10_000; answers++) {
            memory.begun();
            assertThat((long) memory.piece() * answers).isLessThanOrEqualTo(ChunkMemory.TOTAL);
        }
        for (int ended = 0; ended < 9_999; ended++) {
            memory.ended();
        }
        assertThat(memory.piece()).isEqualTo(ChunkMemory.TOTAL);
    }

    @Test
    void aPieceIsNeverTooSmallToBeWorthItsRequest() {
        ChunkMemory memory = new ChunkMemory();
        for (int answers = 0; answers < 1_000_000; answers++) {
            memory.begun();
        }
        assertThat(memory.piece()).isEqualTo(ChunkMemory.LEAST);
    }
}

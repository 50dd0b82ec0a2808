package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.kenai.jffi.MemoryIO;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

class NegotiationTest {
    private static final MemoryIO MEMORY = MemoryIO.getInstance();

    @Test
    void onlyWhatBothWantIsAgreedOn() {
        long offered = Feature.NO_OPEN.bit() | Feature.MAX_PAGES.bit() | 1L << 3 | 1L << 20;
        Negotiation agreed = Negotiation.of(37, offered, 131_072, EnumSet.of(Feature.NO_OPEN, Feature.READDIRPLUS));
        assertThat(agreed.agreed()).containsExactly(Feature.NO_OPEN);
        assertThat(agreed.maxWrite()).isEqualTo(128 * 1024);
        assertThat(agreed.minor()).isEqualTo(37);
    }

    @Test
    void theAnswerSaysIt() {
        Negotiation agreed = Negotiation.of(45, -1L, 131_072, EnumSet.of(Feature.MAX_PAGES, Feature.INIT_EXT));
        long at = MEMORY.allocateMemory(64, true);
        assertThat(agreed.write(at)).isEqualTo(64);
        assertThat(MEMORY.getInt(at)).isEqualTo(7);
        assertThat(MEMORY.getInt(at + 4)).as("never more than we know").isEqualTo(40);
        assertThat(MEMORY.getInt(at + 8)).isEqualTo(131_072);
        assertThat(MEMORY.getInt(at + 12)).isEqualTo(1 << 22 | 1 << 30);
        assertThat(MEMORY.getInt(at + 20)).isEqualTo(1 << 20);
        assertThat(MEMORY.getShort(at + 28)).isEqualTo((short) 256);
        MEMORY.freeMemory(at);
    }
}

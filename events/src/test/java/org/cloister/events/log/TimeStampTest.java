package org.cloister.events.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeStampTest {
    private static final TimeStamp STAMP = new TimeStamp(
            new Checkpoint("example.org/log", 4_711, new byte[32]), Instant.parse("2026-11-29T12:00:00Z"), 2);

    @Test
    void whatIsWrittenIsReadBackAndIsNoCheckpointNorTheOtherWayRound() {
        assertThat(TimeStamp.parse(STAMP.text())).isEqualTo(STAMP);
        assertThatThrownBy(() -> Checkpoint.parse(STAMP.text())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TimeStamp.parse(STAMP.checkpoint().text()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whateverIsAlteredIsRefusedOrIsWrittenExactlyAsItCame() {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder altered = new StringBuilder(STAMP.text());
            int at = random.nextInt(altered.length());
            switch (random.nextInt(3)) {
                case 0 -> altered.setCharAt(at, (char) random.nextInt(0x100));
                case 1 -> altered.deleteCharAt(at);
                default -> altered.setLength(at);
            }
            try {
                assertThat(TimeStamp.parse(altered.toString()).text())
                        .as("seed " + seed)
                        .isEqualTo(altered.toString());
            } catch (IllegalArgumentException expected) {
                assertThat(altered.toString()).as("seed " + seed).isNotEqualTo(STAMP.text());
            }
        }
    }
}

package org.cloister.agent.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireTest {
    @Test
    void whatIsSentIsHeard() {
        List<String> words = List.of("spawn", "1", "env=A=b c", "", "ä\n%41", "--");
        String line = Wire.line(words);
        assertThat(line).isEqualTo("spawn 1 env=A=b%20c  %C3%A4%0A%2541 --\n");
        assertThat(Wire.words(line.strip())).isEqualTo(words);
    }

    @Test
    void anyWordsComeBack() {
        long seed = Long.getLong("cloister.seed", 20261128);
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<String> words = new ArrayList<>(List.of("x"));
            for (int i = random.nextInt(5); i > 0; i--) {
                words.add(random.ints(random.nextInt(10), 1, 0xd7ff)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString());
            }
            String line = Wire.line(words);
            assertThat(Wire.words(line.substring(0, line.length() - 1)))
                    .as("seed %d round %d", seed, round)
                    .isEqualTo(words);
        }
    }

    @Test
    void whatIsNoEncodingStandsForItself() {
        assertThat(Wire.words("100% %zz %4 %41")).containsExactly("100%", "%zz", "%4", "A");
    }
}

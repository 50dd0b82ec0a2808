package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LookupsTest {
    @Test
    void aNodeIsKnownUntilItIsForgottenAsOftenAsItWasGiven() {
        Lookups lookups = new Lookups();
        long node = 1L << 40 | 300;
        lookups.add(node);
        lookups.add(node);
        assertThat(lookups.forget(node, 1)).isFalse();
        assertThat(lookups.knows(node)).isTrue();
        assertThat(lookups.forget(node, 1)).isTrue();
        assertThat(lookups.knows(node)).isFalse();
    }

    @Test
    void countsAreThoseOfAMap() {
        Random random = new Random(5);
        LongCounts counts = new LongCounts();
        Map<Long, Long> model = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            long key = 1L << 40 | 1 + random.nextInt(2000) * 256L;
            long difference = random.nextInt(3) == 0 ? -random.nextInt(4) : 1;
            counts.add(key, difference);
            model.merge(key, difference, Long::sum);
            if (model.getOrDefault(key, 0L) <= 0) {
                model.remove(key);
            }
            assertThat(counts.get(key)).isEqualTo(model.getOrDefault(key, 0L));
        }
        assertThat(counts.size()).isEqualTo(model.size());
        model.forEach((key, count) -> assertThat(counts.get(key)).isEqualTo(count));
    }
}

package org.cloister.fuse.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LongMapTest {
    @Test
    void itIsAMap() {
        Random random = new Random(5);
        Map<Long, String> model = new HashMap<>();
        LongMap<String> map = new LongMap<>();
        for (int i = 0; i < 200_000; i++) {
            long key = random.nextInt(3_000) * (random.nextBoolean() ? 1L : 1L << 33);
            if (random.nextInt(3) == 0) {
                model.remove(key);
                map.remove(key);
            } else {
                model.put(key, "v" + i);
                map.put(key, "v" + i);
            }
            assertThat(map.get(key)).isEqualTo(model.get(key));
        }
        model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
        assertThat(map.size()).isEqualTo(model.size());
        Set<String> values = new HashSet<>();
        map.forEach(values::add);
        assertThat(values).isEqualTo(new HashSet<>(model.values()));
    }
}

package org.cloister.fuse.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.cloister.fuse.session.KnownNodes;
import org.cloister.fuse.session.SessionMemory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookupsTest {
    @TempDir
    Path temp;

    @Test
    void aNodeIsKnownUntilItIsForgottenAsOftenAsItWasGiven() throws IOException {
        Lookups lookups = new Lookups(SessionMemory.ofThisProcess(temp));
        long node = 1L << 40 | 300;
        lookups.add(node);
        lookups.add(node);
        assertThat(lookups.forget(node, 1)).isFalse();
        assertThat(lookups.knows(node)).isTrue();
        assertThat(lookups.forget(node, 1)).isTrue();
        assertThat(lookups.knows(node)).isFalse();
    }

    @Test
    void countsAreThoseOfAMap() throws IOException {
        Random random = new Random(5);
        KnownNodes counts = new KnownNodes(SessionMemory.ofThisProcess(temp), 3);
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

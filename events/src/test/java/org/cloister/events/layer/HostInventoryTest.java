package org.cloister.events.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cloister.events.Digest;
import org.cloister.events.HostEvent.Difference;
import org.cloister.events.RootName;
import org.junit.jupiter.api.Test;

class HostInventoryTest {
    private static final String ALPHABET = "a/% \n\t\u007f\u00e4\ud83d\ude00z";

    private static Generation.Root root(String name, int... layers) {
        List<LayerId> ids = new ArrayList<>();
        for (int layer : layers) {
            ids.add(new LayerId(Digest.ofText("layer " + layer)));
        }
        return new Generation.Root(new RootName(name), ids);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int[] points = ALPHABET.codePoints().toArray();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.appendCodePoint(points[random.nextInt(points.length)]);
        }
        return text.toString();
    }

    @Test
    void anyInventoryIsReadBackAndItsDigestSaysWhetherItIsAnother() {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<Generation.Root> roots = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                roots.add(root("r" + i, random.nextInt(3), random.nextInt(3)));
            }
            List<Difference> findings = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                findings.add(new Difference(text(random), text(random)));
            }
            HostInventory inventory = new HostInventory(roots, findings, 0);
            assertThat(HostInventory.parse(inventory.text()))
                    .as("seed %d", seed)
                    .isEqualTo(inventory);
            List<Generation.Root> expected = new ArrayList<>(roots);
            if (random.nextBoolean() && !expected.isEmpty()) {
                expected.remove(random.nextInt(expected.size()));
            }
            boolean same = HostInventory.whole(expected).digest().equals(inventory.digest());
            assertThat(inventory.differences(expected).isEmpty())
                    .as("seed %d", seed)
                    .isEqualTo(same);
        }
    }

    @Test
    void eachKindOfDifferenceIsNamed() {
        HostInventory inventory = new HostInventory(
                List.of(root("b", 1), root("c", 1), root("d", 1)), List.of(new Difference("b/usr/x", "is gone")), 0);
        assertThat(inventory.differences(List.of(root("a", 1), root("b", 1), root("c", 2))))
                .extracting(Difference::path)
                .containsExactly("a", "b/usr/x", "c", "d");
    }

    @Test
    void bytesThatAreNoInventoryAreRefused() {
        long seed = Long.getLong("cloister.seed", System.nanoTime());
        Random random = new Random(seed);
        String good =
                new HostInventory(List.of(root("a", 1, 2)), List.of(new Difference("a/b c", "is gone")), 0).text();
        for (int round = 0; round < 5_000; round++) {
            StringBuilder bad = new StringBuilder(good);
            for (int i = random.nextInt(3); i >= 0; i--) {
                bad.setCharAt(random.nextInt(bad.length()), (char) random.nextInt(256));
            }
            try {
                assertThat(HostInventory.parse(bad.toString()).text()).isEqualTo(bad.toString());
            } catch (IllegalArgumentException expected) {
                assertThat(expected).as("seed %d", seed).isNotNull();
            }
        }
        assertThatThrownBy(() -> HostInventory.parse("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HostInventory.parse(good.replace("\nroot", "\nmore 3\nroot")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

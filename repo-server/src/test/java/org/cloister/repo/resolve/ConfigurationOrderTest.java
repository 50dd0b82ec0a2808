package org.cloister.repo.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigurationOrderTest {
    private static final long SEED = 20_260_104;

    @Test
    void aCycleBeginsWithThePackageThatHasNoScript() {
        String[] packages = {"a; Depends: b", "b; Depends: c, d", "c; Depends: a", "d"};
        assertThat(order(candidate -> candidate.name().text().equals("c"), packages))
                .isEqualTo("d c b a");
        assertThat(order(candidate -> false, packages)).isEqualTo("d a c b");
    }

    @Test
    void aPreDependsIsNotBrokenWhileACycleHasAnotherWay() {
        assertThat(order(candidate -> true, "a; Pre-Depends: b", "b; Depends: a"))
                .isEqualTo("b a");
        assertThat(order(candidate -> true, "a; Pre-Depends: b", "b; Pre-Depends: a"))
                .isEqualTo("a b");
    }

    /** The C library and its compiler's library need each other in every Debian. */
    @Test
    void nestedCyclesAreTakenFromBelow() {
        assertThat(order(
                        candidate -> candidate.name().text().equals("libgcc-s1"),
                        "app; Depends: libx",
                        "libx; Depends: app, libc6",
                        "libc6; Depends: libgcc-s1",
                        "libgcc-s1; Depends: gcc-12-base, libc6",
                        "gcc-12-base"))
                .isEqualTo("gcc-12-base libgcc-s1 libc6 app libx");
    }

    /** So the first packages of every closure are the same, whatever else is in it. */
    @Test
    void aPackageThatNeedsNothingDoesNotOvertakeAnEssentialCycle() {
        assertThat(order(
                        candidate -> true,
                        "a-man",
                        "libc6; Depends: libgcc-s1",
                        "libgcc-s1; Depends: libc6",
                        "sh; Essential: yes; Depends: libc6"))
                .endsWith("sh a-man");
    }

    @Test
    void theOrderDependsOnTheSetOnly() {
        Random random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            List<Candidate> candidates = new ArrayList<>();
            int size = 2 + random.nextInt(12);
            for (int p = 0; p < size; p++) {
                candidates.add(Universe.candidate("p" + p + (random.nextInt(5) == 0 ? "; Essential: yes" : "")
                        + "; Depends: p" + random.nextInt(size) + ", p" + random.nextInt(size)));
            }
            List<Candidate> first = of(candidate -> false, candidates);
            assertThat(first).containsExactlyInAnyOrderElementsOf(candidates);
            Collections.shuffle(candidates, random);
            assertThat(of(candidate -> false, candidates)).as("seed " + SEED).isEqualTo(first);
        }
    }

    private static String order(Predicate<Candidate> withoutScript, String... packages) {
        List<Candidate> candidates = new ArrayList<>();
        for (String line : packages) {
            candidates.add(Universe.candidate(line));
        }
        return of(withoutScript, candidates).stream()
                .map(candidate -> candidate.name().text())
                .collect(Collectors.joining(" "));
    }

    private static List<Candidate> of(Predicate<Candidate> withoutScript, List<Candidate> candidates) {
        return ConfigurationOrder.of(candidates, new Matching(Universe.AMD64), withoutScript);
    }
}

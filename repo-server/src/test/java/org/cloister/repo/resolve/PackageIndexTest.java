package org.cloister.repo.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cloister.events.deb.PackageId;
import org.cloister.events.deb.PackageName;
import org.junit.jupiter.api.Test;

class PackageIndexTest {
    private static final long SEED = 20_260_106;

    /** Publishing and yanking one by one gives the index that is built at once. */
    @Test
    void changesOneByOneGiveTheIndexOfTheResult() {
        Random random = new Random(SEED);
        PackageIndex index = PackageIndex.EMPTY;
        Map<PackageId, Candidate> expected = new LinkedHashMap<>();
        for (int i = 0; i < 3_000; i++) {
            Candidate candidate = Universe.candidate("p" + random.nextInt(40) + " " + random.nextInt(6) + " amd64"
                    + (random.nextInt(3) == 0 ? "; Provides: v" + random.nextInt(5) + ", p1" : "")
                    + (random.nextInt(9) == 0 ? "; Essential: yes" : ""));
            if (random.nextInt(3) > 0) {
                index = index.with(candidate);
                expected.put(candidate.id(), candidate);
            } else {
                index = index.without(candidate.id());
                expected.remove(candidate.id());
            }
            if (i % 100 == 0) {
                assertSame(index, PackageIndex.of(expected.values()), expected.values());
            }
        }
        assertSame(index, PackageIndex.of(expected.values()), expected.values());
    }

    private static void assertSame(PackageIndex actual, PackageIndex expected, Collection<Candidate> all) {
        assertThat(actual.size()).isEqualTo(all.size()).isEqualTo(expected.size());
        assertThat(actual.all().toList()).containsExactlyInAnyOrderElementsOf(all);
        assertThat(actual.essential()).containsExactlyElementsOf(expected.essential());
        List<String> names = new ArrayList<>(List.of("v0", "v1", "v2", "v3", "v4"));
        for (int i = 0; i < 40; i++) {
            names.add("p" + i);
        }
        for (String text : names) {
            PackageName name = new PackageName(text);
            assertThat(actual.versions(name)).isEqualTo(expected.versions(name));
            assertThat(actual.providers(name)).isEqualTo(expected.providers(name));
        }
    }

    @Test
    void anOlderIndexStaysAsItWas() {
        PackageIndex before = PackageIndex.EMPTY.with(Universe.candidate("a 1"));
        PackageIndex after = before.with(Universe.candidate("a 2")).without(PackageId.of("a", "1", "amd64"));
        assertThat(before.versions(new PackageName("a")))
                .extracting(Candidate::toString)
                .containsExactly("a=1:amd64");
        assertThat(after.versions(new PackageName("a")))
                .extracting(Candidate::toString)
                .containsExactly("a=2:amd64");
        assertThat(after.without(PackageId.of("a", "1", "amd64"))).isSameAs(after);
    }

    @Test
    void theNewestVersionIsFirst() {
        PackageIndex index = Universe.of("a 1.10", "a 1.9", "a 2~rc1", "a 1:0").index();
        assertThat(index.versions(new PackageName("a")))
                .extracting(candidate -> candidate.id().version().text())
                .containsExactly("1:0", "2~rc1", "1.10", "1.9");
    }

    @Test
    void malformedProvidesAreLeftOutOfTheIndex() {
        PackageIndex index =
                Universe.of("a; Provides: v (>= 2)", "b; Provides: v").index();
        assertThat(index.providers(new PackageName("v")))
                .extracting(Candidate::toString)
                .containsExactly("b=1:amd64");
        assertThat(index.versions(new PackageName("a")).get(0).defect()).contains("has to say =");
    }
}

package org.cloister.repo.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.cloister.events.deb.Architecture;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.repo.resolve.Resolution.Resolved;
import org.junit.jupiter.api.Test;

/** Small random universes in which every set of packages can be tried. */
class RandomUniverseTest {
    private static final long SEED = 20_260_105;
    private static final int UNIVERSES = 600;
    private static final Comparator<Candidate> BEST = Comparator.<Candidate, Boolean>comparing(
                    candidate -> !candidate.architecture().text().equals("i386"))
            .thenComparing(candidate -> candidate.id().version());

    @Test
    void theResolverFindsWhatTryingEverySetFinds() {
        Random random = new Random(SEED);
        int resolved = 0;
        for (int i = 0; i < UNIVERSES; i++) {
            PackageIndex index = PackageIndex.of(packages(random));
            Request request = request(random);
            Resolution resolution = new ClosureResolver().resolve(index, request);
            List<Set<Candidate>> valid = validSets(index, request);
            String where = "seed " + SEED + ", universe " + i + ": " + request.wanted() + " of "
                    + index.all()
                            .map(candidate -> (String) candidate.key())
                            .sorted()
                            .toList();
            if (resolution instanceof Resolved found) {
                resolved++;
                Set<Candidate> closure = Set.copyOf(found.inConfigurationOrder());
                assertThat(closure).as(where).hasSameSizeAs(found.inConfigurationOrder());
                assertThat(valid).as(where).contains(closure);
                assertThat(valid.stream().filter(set -> set.size() < closure.size() && closure.containsAll(set)))
                        .as(where + " gave " + closure + ", but fewer of them are enough")
                        .isEmpty();
                assertThat(asked(closure, request))
                        .as(where)
                        .usingComparator(BEST)
                        .isEqualTo(best(valid, request));
            } else {
                assertThat(valid).as(where + " gave " + resolution).isEmpty();
            }
        }
        assertThat(resolved).as("seed " + SEED).isBetween(UNIVERSES / 5, UNIVERSES * 4 / 5);
    }

    /** What is asked for first is native if it can be, and then in its newest possible version, whatever that costs elsewhere. */
    private static Candidate best(List<Set<Candidate>> valid, Request request) {
        return valid.stream().map(set -> asked(set, request)).max(BEST).orElseThrow();
    }

    private static Candidate asked(Set<Candidate> set, Request request) {
        return set.stream()
                .filter(candidate ->
                        candidate.name().equals(request.wanted().get(0).name()))
                .max(BEST)
                .orElseThrow();
    }

    private static List<Set<Candidate>> validSets(PackageIndex index, Request request) {
        List<Candidate> all =
                index.all().filter(candidate -> candidate.defect() == null).toList();
        List<Set<Candidate>> valid = new ArrayList<>();
        Set<String> essential = ClosureCheck.essential(index, "amd64");
        for (int bits = 0; bits < 1 << all.size(); bits++) {
            List<Candidate> set = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    set.add(all.get(i));
                }
            }
            if (ClosureCheck.problems(set, request, essential).isEmpty()) {
                valid.add(Set.copyOf(set));
            }
        }
        return valid;
    }

    private static Request request(Random random) {
        List<Wanted> wanted = new ArrayList<>();
        wanted.add(new Wanted(new PackageName("a"), random.nextInt(4) == 0 ? new DebianVersion("1") : null));
        if (random.nextInt(4) == 0) {
            wanted.add(new Wanted(new PackageName("b"), null));
        }
        Preferences preferences = new Preferences(Set.of(new Architecture("i386")), Set.of(), Set.of());
        return new Request(wanted, Universe.AMD64, preferences);
    }

    private static List<Candidate> packages(Random random) {
        List<Candidate> packages = new ArrayList<>();
        packages.add(Universe.candidate("a 1 amd64" + fields(random)));
        for (int i = 2 + random.nextInt(7); i > 0; i--) {
            String architecture = pick(random, "amd64", "amd64", "amd64", "all", "i386");
            packages.add(Universe.candidate(
                    name(random) + " " + (1 + random.nextInt(3)) + " " + architecture + fields(random)));
        }
        return packages;
    }

    private static String fields(Random random) {
        StringBuilder fields = new StringBuilder();
        add(fields, random, 2, "Depends");
        add(fields, random, 6, "Pre-Depends");
        if (random.nextInt(5) == 0) {
            fields.append("; Conflicts: ").append(relation(random));
        }
        if (random.nextInt(5) == 0) {
            fields.append("; Breaks: ").append(relation(random));
        }
        if (random.nextInt(3) == 0) {
            fields.append("; Provides: ").append(pick(random, "v", "w", "b", "v (= 2)", "w (= 1), v"));
        }
        if (random.nextInt(3) == 0) {
            fields.append("; Multi-Arch: ").append(pick(random, "same", "foreign", "allowed"));
        }
        if (random.nextInt(12) == 0) {
            fields.append("; Essential: yes");
        }
        return fields.toString();
    }

    private static void add(StringBuilder fields, Random random, int oneOf, String field) {
        if (random.nextInt(oneOf) != 0) {
            return;
        }
        fields.append("; ").append(field).append(": ").append(relation(random));
        for (int i = random.nextInt(3); i > 0; i--) {
            fields.append(random.nextBoolean() ? ", " : " | ").append(relation(random));
        }
    }

    private static String relation(Random random) {
        String name = random.nextInt(4) == 0 ? pick(random, "v", "w") : name(random);
        String qualifier = random.nextInt(8) == 0 ? pick(random, ":any", ":i386", ":amd64") : "";
        String bound = random.nextInt(3) == 0
                ? " (" + pick(random, ">=", "<=", "=", "<<", ">>") + " " + (1 + random.nextInt(3)) + ")"
                : "";
        return name + qualifier + bound;
    }

    private static String name(Random random) {
        return pick(random, "a", "b", "c", "d", "e");
    }

    private static String pick(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }
}

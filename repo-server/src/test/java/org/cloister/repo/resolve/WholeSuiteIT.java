package org.cloister.repo.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.cloister.repo.resolve.Resolution.Resolved;
import org.cloister.repo.resolve.Resolution.Unsatisfiable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The resolver in the suite that this machine's apt knows. */
class WholeSuiteIT {
    private static final long SEED = 20_260_107;
    private static final int CHECKED = 300;
    /** apt takes more than a second for each; {@code -Dcloister.apt.sample=200} compares more. */
    private static final int COMPARED = Integer.getInteger("cloister.apt.sample", 15);

    private static PackageIndex index = PackageIndex.EMPTY;
    private static Set<String> essential = Set.of();
    private static List<String> names = List.of();

    @BeforeAll
    static void readTheSuite() throws IOException {
        List<Candidate> candidates = HostSuite.candidates(Universe.AMD64.text());
        index = PackageIndex.of(candidates);
        essential = ClosureCheck.essential(index, Universe.AMD64.text());
        List<String> shuffled = new ArrayList<>(new TreeSet<>(
                candidates.stream().map(candidate -> candidate.name().text()).toList()));
        Collections.shuffle(shuffled, new Random(SEED));
        names = shuffled;
    }

    @Test
    void everyClosureIsAValidSystem() {
        int resolved = 0;
        for (String name : names.subList(0, CHECKED)) {
            Request request = request(name);
            if (new ClosureResolver().resolve(index, request) instanceof Resolved found) {
                resolved++;
                assertThat(ClosureCheck.problems(found.inConfigurationOrder(), request, essential))
                        .as(name)
                        .isEmpty();
            }
        }
        assertThat(resolved).as("of " + CHECKED + ", seed " + SEED).isGreaterThan(CHECKED * 9 / 10);
    }

    @Test
    void whatAptCanInstallIsResolvedInAboutAsManyPackages(@TempDir Path directory) throws Exception {
        HostApt apt = new HostApt(directory);
        List<String> also = new ArrayList<>(essential);
        also.add("usr-is-merged");
        int ours = 0;
        int theirs = 0;
        for (String name : names.subList(0, COMPARED)) {
            TreeSet<String> expected = apt.install(name, also);
            Resolution resolution = new ClosureResolver().resolve(index, request(name));
            if (resolution instanceof Unsatisfiable no) {
                assertThat(expected)
                        .as(name + ": " + no.explanation() + ", but apt installs it")
                        .isEmpty();
            } else if (!expected.isEmpty()) {
                TreeSet<String> closure = new TreeSet<>();
                ((Resolved) resolution)
                        .inConfigurationOrder()
                        .forEach(c -> closure.add(c.name().text()));
                printDifference(name, closure, expected);
                ours += closure.size();
                theirs += expected.size();
            }
        }
        System.out.println("closures of " + COMPARED + " packages: " + ours + " packages, apt's: " + theirs);
        assertThat(ours).isLessThanOrEqualTo(theirs + theirs / 50);
    }

    private static void printDifference(String name, Collection<String> ours, Collection<String> apts) {
        List<String> onlyOurs =
                ours.stream().filter(other -> !apts.contains(other)).toList();
        List<String> onlyApts =
                apts.stream().filter(other -> !ours.contains(other)).toList();
        if (!onlyOurs.isEmpty() || !onlyApts.isEmpty()) {
            System.out.println(name + ": " + ours.size() + " packages, apt has " + apts.size() + "; only here: "
                    + onlyOurs + ", only apt: " + onlyApts);
        }
    }

    @Test
    void aWholeDesktopIsResolvedQuickly() {
        for (String name : List.of("hello", "apache2", "gnome", "kde-full")) {
            assertTimeout(Duration.ofSeconds(20), () -> new ClosureResolver().resolve(index, request(name)), name);
        }
    }

    @Test
    void whatCannotBeHadIsExplainedWithinTheSuite() {
        assertThat(explanation("postfix", "exim4-daemon-light")).contains("conflicts with mail-transport-agent");
        assertThat(explanation("mail-transport-agent")).startsWith("mail-transport-agent is a virtual package");
        assertThat(explanation("hello=99")).startsWith("hello 99 is not published, only ");
    }

    private static String explanation(String... wanted) {
        Request request = new Request(Universe.wanted(wanted), Universe.AMD64, Preferences.DEFAULT);
        return ((Unsatisfiable) new ClosureResolver().resolve(index, request)).explanation();
    }

    private static Request request(String name) {
        return new Request(Universe.wanted(name), Universe.AMD64, Preferences.DEFAULT);
    }
}

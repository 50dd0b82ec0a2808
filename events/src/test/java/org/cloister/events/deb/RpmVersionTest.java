package org.cloister.events.deb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RpmVersionTest {
    private static final long SEED = 20_260_407;
    private static final int PAIRS = 3_000;

    @Test
    void tildesAreOlderAndCaretsNewerThanTheEnd() {
        List<String> ordered = List.of(
                "1.0~~1",
                "1.0~rc1",
                "1.0~rc1^git1",
                "1.0",
                "1.0^",
                "1.0^git1~pre",
                "1.0^git1",
                "1.0.1",
                "1.1",
                "1:0.1");
        for (int i = 0; i + 1 < ordered.size(); i++) {
            assertThat(new RpmVersion(ordered.get(i)))
                    .as(ordered.get(i) + " < " + ordered.get(i + 1))
                    .isLessThan(new RpmVersion(ordered.get(i + 1)));
        }
    }

    @Test
    void separatorsOnlySeparateAndNumbersAreNewerThanLetters() {
        assertThat(compare("1.0", "1_0")).isZero();
        assertThat(compare("1..0", "1.0")).isZero();
        assertThat(compare("1.05", "1.5")).isZero();
        assertThat(compare("0:1.0-1", "1.0-1")).isZero();
        assertThat(compare("1.a", "1.1")).isNegative();
        assertThat(compare("1.0a", "1.0")).isPositive();
        assertThat(compare("10000000000000000000001", "10000000000000000000000"))
                .isPositive();
    }

    @Test
    void aReleaseCountsInADependencyOnlyWhereBothHaveOne() {
        assertThat(new RpmVersion("1.0-3").compareInDependency(new RpmVersion("1.0")))
                .isZero();
        assertThat(new RpmVersion("1.0-3").compareInDependency(new RpmVersion("1.0-4")))
                .isNegative();
        assertThat(compare("1.0-3", "1.0")).isPositive();
    }

    @Test
    void boundsOverlapIfSomeVersionIsWithinBoth() {
        assertThat(bound(VersionOperator.LATER_OR_EQUAL, "2").overlaps(bound(VersionOperator.EXACTLY, "2.1-1")))
                .isTrue();
        assertThat(bound(VersionOperator.LATER_OR_EQUAL, "2").overlaps(bound(VersionOperator.EXACTLY, "1.9-1")))
                .isFalse();
        assertThat(bound(VersionOperator.EARLIER, "2").overlaps(bound(VersionOperator.LATER, "1")))
                .isTrue();
        assertThat(bound(VersionOperator.EARLIER, "2").overlaps(bound(VersionOperator.LATER_OR_EQUAL, "2")))
                .isFalse();
        assertThat(bound(VersionOperator.EXACTLY, "2").overlaps(bound(VersionOperator.EXACTLY, "2-7")))
                .isTrue();
    }

    private static VersionBound bound(VersionOperator operator, String version) {
        return new VersionBound(operator, new RpmVersion(version));
    }

    @Test
    void whatRpmRefusesIsRefused() {
        for (String bad : List.of("", "1-2-3", "x:1", "1 0", ":1", "1:", "-1", "1-", "1/2", "1%{x}", "\u00e4")) {
            assertThatThrownBy(() -> new RpmVersion(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theNameTellsTheFormatAndNothingElseDoes() {
        assertThat(PackageId.of("rpm:GConf2_x", "1.0^git-1", "amd64").version()).isInstanceOf(RpmVersion.class);
        assertThat(PackageId.of("hello", "1.0-1", "amd64").version()).isInstanceOf(DebianVersion.class);
        assertThatThrownBy(() -> PackageId.of("hello", "1.0^git-1", "amd64"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PackageId.of("rpm:/bin/sh", "1", "all")).hasMessageContaining("not a package name");
        assertThat(new DebianVersion("9").compareTo(new RpmVersion("1"))).isNegative();
        assertThat(new PackageName("rpm")).isNotEqualTo(PackageName.ofRpm("rpm"));
    }

    @Test
    void theOrderIsOne() {
        Random random = new Random(SEED);
        for (int i = 0; i < 50_000; i++) {
            RpmVersion a = random(random);
            RpmVersion b = random(random);
            RpmVersion c = random(random);
            assertThat(a.compareTo(b)).as("%s %s", a, b).isEqualTo(-b.compareTo(a));
            if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
                assertThat(a.compareTo(c)).as("%s %s %s", a, b, c).isNotPositive();
            }
        }
    }

    private static RpmVersion random(Random random) {
        StringBuilder text = new StringBuilder();
        for (int n = 1 + random.nextInt(7); n > 0; n--) {
            text.append("0019aZb..~^_+".charAt(random.nextInt(13)));
        }
        return new RpmVersion(text.toString());
    }

    private static int compare(String a, String b) {
        return new RpmVersion(a).compareTo(new RpmVersion(b));
    }

    /** One process for all pairs: rpm's Lua prints what its own C function says. */
    @Test
    void rpmItselfComparesSo() throws IOException, InterruptedException {
        boolean there = Files.isExecutable(Path.of("/usr/bin/rpm"));
        if (!there) {
            System.out.println("RpmVersionTest.rpmItselfComparesSo skipped: there is no rpm");
        }
        assumeTrue(there, "there is no rpm");
        Random random = new Random(SEED);
        List<RpmVersion> versions = new ArrayList<>();
        StringBuilder lua = new StringBuilder("%{lua:\n");
        for (int i = 0; i < PAIRS; i++) {
            RpmVersion a = random(random);
            RpmVersion b = random.nextInt(4) == 0 ? new RpmVersion(a.text() + random(random)) : random(random);
            versions.add(a);
            versions.add(b);
            lua.append("print(rpm.vercmp('").append(a).append("','").append(b).append("') .. '\\n')\n");
        }
        Path file = Files.createTempFile("vercmp", ".macros");
        try {
            Files.writeString(file, lua.append('}'));
            Process rpm = new ProcessBuilder("/usr/bin/rpm", "--eval", Files.readString(file))
                    .redirectErrorStream(true)
                    .start();
            List<String> said = new String(rpm.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
            assertThat(rpm.waitFor()).as("%s", said).isZero();
            assertThat(said).hasSize(PAIRS);
            for (int i = 0; i < PAIRS; i++) {
                RpmVersion a = versions.get(2 * i);
                RpmVersion b = versions.get(2 * i + 1);
                assertThat(Integer.signum(a.compareTo(b)))
                        .as("%s and %s, seed %d", a, b, SEED)
                        .isEqualTo(Integer.parseInt(said.get(i).strip()));
            }
        } finally {
            Files.delete(file);
        }
    }
}

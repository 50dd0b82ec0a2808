package org.cloister.repo.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.cloister.events.deb.RpmVersion;
import org.junit.jupiter.api.Test;

class VersionRangeTest {
    private static final PackageName NAME = new PackageName("a");

    private static boolean admits(String range, String version) {
        return VersionRange.parse(NAME, range).admits(new DebianVersion(version));
    }

    @Test
    void allBoundsHold() {
        assertThat(admits(">= 1.2, < 1.4~", "1.2")).isTrue();
        assertThat(admits(">= 1.2, < 1.4~", "1.3.9-1")).isTrue();
        assertThat(admits(">= 1.2, < 1.4~", "1.4~rc1")).as("later than 1.4~").isFalse();
        assertThat(admits(">= 1.2, < 1.4~", "1.4")).isFalse();
        assertThat(admits(">= 1.2, < 1.4~", "1.2~beta")).isFalse();
        assertThat(admits(">=1.2,<<2", "1:1.5")).as("the epoch counts").isFalse();
    }

    @Test
    void aVersionAloneIsThatOneAndNothingElse() {
        assertThat(admits("5.6.1-1", "5.6.1-1")).isTrue();
        assertThat(admits("5.6.1-1", "5.6.1-1+b1")).isFalse();
        assertThat(admits("= 1.0", "1.00")).as("dpkg takes them for the same").isTrue();
    }

    @Test
    void rangesOfRpmPackagesAreReadAndComparedAsRpmDoes() {
        VersionRange range = VersionRange.parse(PackageName.ofRpm("a"), ">= 1.0~rc1, < 1.0^git2");
        assertThat(range.admits(new RpmVersion("1.0-3.fc40"))).isTrue();
        assertThat(range.admits(new RpmVersion("1.0^git3-1"))).isFalse();
        assertThat(range.admits(new DebianVersion("1.0")))
                .as("of the other format")
                .isFalse();
    }

    @Test
    void lessAndGreaterAreStrict() {
        assertThat(admits("< 1.0", "1.0")).isFalse();
        assertThat(admits("> 1.0", "1.0")).isFalse();
        assertThat(admits("> 1.0", "1.0+deb12u1")).isTrue();
        assertThat(admits("<= 1.0, >= 1.0", "1.0")).isTrue();
    }

    @Test
    void whatIsNoRangeIsRefusedSayingWhere() {
        for (String bad : List.of("", ",", ">= ", "1.2,", "=> 1", "x", ">= 1 2", "~1")) {
            assertThatThrownBy(() -> VersionRange.parse(NAME, bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> VersionRange.parse(NAME, "1,".repeat(50) + "1"))
                .hasMessageContaining("at most");
    }

    @Test
    void whatIsPrintedIsReadBackAndNothingElseIsThrownThanItSays() {
        Random random = new Random(7);
        String alphabet = "<>=,. 012ab~+-:";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            VersionRange range;
            try {
                range = VersionRange.parse(NAME, text.toString());
            } catch (IllegalArgumentException expected) {
                continue;
            }
            assertThat(VersionRange.parse(NAME, range.toString()))
                    .as(text.toString())
                    .isEqualTo(range);
        }
    }
}

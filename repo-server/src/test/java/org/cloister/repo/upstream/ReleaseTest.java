package org.cloister.repo.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.cloister.repo.upstream.UpstreamException.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReleaseTest {
    private static final Instant NOW = Instant.parse("2025-05-20T00:00:00Z");
    private static final String HEX = "a".repeat(64);
    private static final String TEXT = "Suite: stable\nCodename: bookworm\nDate: Sat, 17 May 2025 09:12:34 UTC\n"
            + "Valid-Until: Sat, 24 May 2025 9:12:34 UTC\nAcquire-By-Hash: yes\nArchitectures: all amd64\n"
            + "Components: main contrib\nNo-Support-for-Architecture-all: Packages\nSHA256:\n " + HEX
            + "  50 main/binary-amd64/Packages\n " + HEX + "  20 main/binary-amd64/Packages.xz\n";

    private static Release parse(String text) throws UpstreamException {
        return Release.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theFieldsAreRead() throws UpstreamException {
        Release release = parse(TEXT);
        assertThat(release.suite()).isEqualTo("stable");
        assertThat(release.codename()).isEqualTo("bookworm");
        assertThat(release.date()).isEqualTo(Instant.parse("2025-05-17T09:12:34Z"));
        assertThat(release.validUntil()).contains(Instant.parse("2025-05-24T09:12:34Z"));
        assertThat(release.byHash()).isTrue();
        assertThat(release.allApart()).isFalse();
        assertThat(release.components()).containsExactly("main", "contrib");
        assertThat(UpstreamArchive.packagesIndex(release, "main", "amd64")
                        .orElseThrow()
                        .served()
                        .path())
                .endsWith("Packages.xz");
        assertThat(UpstreamArchive.packagesIndex(release, "main", "arm64")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Suite: stable\n",
                "Suite: stable\nDate: yesterday\nSHA256:\n aa 1 x\n",
                "Suite: stable\nDate: Sat, 17 May 2025 09:12:34 UTC\n",
                "Suite: stable\nDate: Sat, 17 May 2025 09:12:34 UTC\nSHA256:\n aa 1 x\n"
            })
    void whatIsNoReleaseFileIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        UpstreamException.class, e -> assertThat(e.problem()).isEqualTo(Problem.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "/x", "a//b", "a/./b", "a/../b", "a/.."})
    void pathsThatLeaveTheArchiveAreRefused(String path) {
        assertThatThrownBy(() -> parse(TEXT + " " + HEX + " 1 " + path + "\n")).isInstanceOf(UpstreamException.class);
    }

    @Test
    void freshnessIsOfTheSuiteTheClockAndWhatWasSeen() throws UpstreamException {
        Release release = parse(TEXT);
        Instant date = release.date();
        assertThatCode(() -> Freshness.check(release, "bookworm", NOW, Optional.of(date), Optional.empty()))
                .doesNotThrowAnyException();
        assertThatCode(() ->
                        Freshness.check(release, "stable", date.minusSeconds(9), Optional.empty(), Optional.empty()))
                .doesNotThrowAnyException();
        stale(Problem.MALFORMED, release, "trixie", NOW, Optional.empty());
        stale(Problem.EXPIRED, release, "stable", Instant.parse("2025-05-24T09:12:35Z"), Optional.empty());
        stale(Problem.FROM_THE_FUTURE, release, "stable", date.minusSeconds(11), Optional.empty());
        stale(Problem.ROLLED_BACK, release, "stable", NOW, Optional.of(date.plusSeconds(1)));
    }

    private static void stale(Problem problem, Release release, String suite, Instant now, Optional<Instant> last) {
        assertThatThrownBy(() -> Freshness.check(release, suite, now, last, Optional.empty()))
                .isInstanceOfSatisfying(
                        UpstreamException.class, e -> assertThat(e.problem()).isEqualTo(problem));
    }
}

package org.cloister.repo.advisory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryEvent.VersionSpan;
import org.cloister.events.AdvisoryId;
import org.cloister.events.Digest;
import org.cloister.events.deb.DebianVersion;
import org.junit.jupiter.api.Test;

class AdvisoryFileTest {
    private static final String OSV = """
        {"schema_version":"1.6.0","database_specific":{"a":{"b":1}},"id":"DSA-5417-1","summary":"openssl - security update",
         "aliases":[],"upstream":["CVE-2023-0464","CVE-2023-0465"],"details":"long\\nlonger",
         "affected":[
          {"package":{"ecosystem":"Debian:11","name":"openssl","purl":"pkg:deb/debian/openssl?arch=source"},
           "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1.1.1n-0+deb11u5"}]},
                     {"type":"GIT","repo":"x","events":[{"introduced":"abc"}]}],
           "versions":["1.1.1k-1","1.1.1n-0+deb11u4"]},
          {"package":{"ecosystem":"Debian","name":"openssl"},
           "ranges":[{"type":"ECOSYSTEM","events":[{"fixed":"3.1-1"},{"introduced":"3.0-1"},{"introduced":"1.0-1"},{"last_affected":"2.9"}]}],
           "versions":["4.0-1"]},
          {"package":{"ecosystem":"PyPI","name":"cryptography"},"ranges":[]}]}
        """;

    private static final String TRACKER = """
        {"openssl":{
           "CVE-2023-0464":{"description":"A security\\nvulnerability","scope":"remote","releases":{
             "bookworm":{"status":"resolved","repositories":{"bookworm":"3.0.17-1~deb12u2"},"fixed_version":"3.0.9-1","urgency":"not yet assigned"},
             "bullseye":{"status":"open","repositories":{"bullseye":"1.1.1w-0"},"urgency":"low"},
             "sid":{"status":"resolved","fixed_version":"0","urgency":"unimportant"},
             "trixie":{"status":"undetermined","urgency":"x"}}}},
         "openssl1.0":{"CVE-2023-0464":{"releases":{"buster":{"status":"open"}}},
           "TEMP-0000000-4AAB5F":{"releases":{"buster":{"status":"resolved","fixed_version":"not a version"}}}}}
        """;

    private static AdvisoryFile.Read read(String text) throws IOException {
        return AdvisoryFile.read(() -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static boolean includes(Affected affected, String version) {
        return affected.includes(new DebianVersion(version));
    }

    @Test
    void osvSpeaksOfReleasesAndSourcePackages() throws IOException {
        AdvisoryFile.Read read = read(OSV);
        assertThat(read.format()).isEqualTo("osv");
        assertThat(read.file()).isEqualTo(Digest.ofText(OSV));
        assertThat(read.reasons()).singleElement().asString().contains("PyPI");
        AdvisoryImported advisory = read.advisories().get(0);
        assertThat(advisory.id()).isEqualTo(new AdvisoryId("DSA-5417-1"));
        assertThat(advisory.aliases())
                .containsExactly(new AdvisoryId("CVE-2023-0464"), new AdvisoryId("CVE-2023-0465"));
        assertThat(advisory.affected()).hasSize(2);
        Affected bullseye = advisory.affected().get(0);
        assertThat(bullseye.release()).isEqualTo("bullseye");
        assertThat(bullseye.spans())
                .containsExactly(new VersionSpan(null, new DebianVersion("1.1.1n-0+deb11u5"), null));
        assertThat(bullseye.versions()).as("the span has them").isEmpty();
    }

    @Test
    void spansOpenAndCloseByVersionInWhicheverOrderTheyAreWritten() throws IOException {
        Affected all = read(OSV).advisories().get(0).affected().get(1);
        assertThat(all.release()).isEmpty();
        for (String version : List.of("1.0-1", "2.9", "3.0-1", "3.0.9", "4.0-1")) {
            assertThat(includes(all, version)).as(version).isTrue();
        }
        for (String version : List.of("0.9", "2.9-1", "3.1-1", "4.0-2")) {
            assertThat(includes(all, version)).as(version).isFalse();
        }
    }

    @Test
    void anArrayHasManyAndOneThatIsBadDoesNotSpoilTheOthers() throws IOException {
        AdvisoryFile.Read read =
                read("[" + OSV + ",{\"id\":\"bad id\"},{\"id\":\"CVE-1\",\"withdrawn\":\"2026-01-01T00:00:00Z\"}]");
        assertThat(read.advisories())
                .extracting(AdvisoryImported::id)
                .containsExactly(new AdvisoryId("DSA-5417-1"), new AdvisoryId("CVE-1"));
        assertThat(read.advisories().get(1).withdrawn()).isNotNull();
        assertThat(read.leftOut()).isEqualTo(2);
    }

    @Test
    void theTrackersIssuesAreJoinedFromAllPackages() throws IOException {
        AdvisoryFile.Read read = read(TRACKER);
        assertThat(read.format()).isEqualTo("debian-security-tracker");
        assertThat(read.advisories())
                .extracting(one -> one.id().text())
                .containsExactly("CVE-2023-0464", "TEMP-0000000-4AAB5F");
        AdvisoryImported cve = read.advisories().get(0);
        assertThat(cve.summary()).isEqualTo("A security");
        assertThat(cve.affected())
                .extracting(affected -> affected.source() + " in " + affected.release())
                .containsExactly("openssl in bookworm", "openssl in bullseye", "openssl1.0 in buster");
        assertThat(includes(cve.affected().get(0), "3.0.8-1")).isTrue();
        assertThat(includes(cve.affected().get(0), "3.0.9-1")).isFalse();
        assertThat(includes(cve.affected().get(1), "99")).as("open").isTrue();
        assertThat(read.leftOut()).as("undetermined, and no version").isEqualTo(2);
    }

    @Test
    void whatIsNeitherIsRefused() {
        for (String bad : List.of(
                "",
                "7",
                "null",
                "[7]",
                "{",
                "[",
                "{\"a\":7}",
                "{\"a\":{\"b\":7}}",
                "{\"a\":{\"b\":{}}}",
                OSV + "x",
                OSV + OSV,
                "[" + OSV,
                "{\"a\":".repeat(60) + "1" + "}".repeat(60))) {
            assertThatThrownBy(() -> read(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void flippedAndCutBytesAreReadOrRefusedAndNothingElse() throws IOException {
        Random random = new Random(11);
        for (String whole : List.of(OSV, TRACKER)) {
            for (int i = 0; i < 3_000; i++) {
                byte[] bytes = whole.getBytes(StandardCharsets.UTF_8);
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                }
                byte[] cut = java.util.Arrays.copyOf(
                        bytes, random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length);
                try {
                    AdvisoryFile.read(() -> new ByteArrayInputStream(cut));
                } catch (IllegalArgumentException expected) {
                    assertThat(expected).hasMessageNotContaining("Exception");
                }
            }
        }
    }
}

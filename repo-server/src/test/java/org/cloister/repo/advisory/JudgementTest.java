package org.cloister.repo.advisory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.cloister.events.AdvisoryEvent.AdvisoryImported;
import org.cloister.events.AdvisoryEvent.Affected;
import org.cloister.events.AdvisoryEvent.VersionSpan;
import org.cloister.events.AdvisoryId;
import org.cloister.events.Digest;
import org.cloister.events.deb.DebianVersion;
import org.cloister.events.deb.PackageName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JudgementTest {
    private static Affected fixed(String release, String version) {
        return new Affected(
                release,
                new PackageName("openssl"),
                List.of(new VersionSpan(null, new DebianVersion(version), null)),
                List.of());
    }

    private static AdvisoryImported advisory(@Nullable Instant withdrawn, Affected... affected) {
        return new AdvisoryImported(
                new AdvisoryId("CVE-1"), List.of(), "", withdrawn, List.of(affected), Digest.ofText("file"));
    }

    private static Judgement judge(String version, String release, Affected... affected) {
        SourceVersion source = new SourceVersion(new PackageName("openssl"), new DebianVersion(version));
        return Judgement.of(List.of(advisory(null, affected)), source, release);
    }

    @Test
    void aVersionIsJudgedByItsReleaseOnly() {
        Affected[] both = {fixed("bookworm", "3.0.9-1"), fixed("trixie", "3.1.1-1")};
        assertThat(judge("3.0.8-1", "bookworm", both)).isEqualTo(Judgement.AFFECTED);
        assertThat(judge("3.0.9-1", "bookworm", both)).isEqualTo(Judgement.NOT_AFFECTED);
        assertThat(judge("3.0.9-1", "trixie", both)).isEqualTo(Judgement.AFFECTED);
        assertThat(judge("3.0.1-1", "bullseye", both))
                .as("nothing is said of it")
                .isEqualTo(Judgement.NOT_AFFECTED);
        assertThat(judge("3.0.1-1", "bullseye", fixed("", "3.0.2-1"))).isEqualTo(Judgement.AFFECTED);
    }

    @Test
    void withoutAReleaseItIsCertainWhereAllReleasesAgreeAndPossibleWhereNot() {
        Affected[] both = {fixed("bookworm", "3.0.9-1"), fixed("trixie", "3.1.1-1")};
        assertThat(judge("3.0.8-1", "", both)).isEqualTo(Judgement.AFFECTED);
        assertThat(judge("3.0.9-1", "", both)).isEqualTo(Judgement.POSSIBLE);
        assertThat(judge("3.1.1-1", "", both)).isEqualTo(Judgement.NOT_AFFECTED);
    }

    @Test
    void otherSourcesAndWithdrawnAdvisoriesAffectNothing() {
        SourceVersion bash = new SourceVersion(new PackageName("bash"), new DebianVersion("1"));
        assertThat(Judgement.of(List.of(advisory(null, fixed("", "9"))), bash, "bookworm"))
                .isEqualTo(Judgement.NOT_AFFECTED);
        SourceVersion openssl = new SourceVersion(new PackageName("openssl"), new DebianVersion("1"));
        assertThat(Judgement.of(List.of(advisory(Instant.EPOCH, fixed("", "9"))), openssl, "bookworm"))
                .isEqualTo(Judgement.NOT_AFFECTED);
    }

    @Test
    void aSuiteBesideAReleaseIsOfIt() {
        assertThat(Releases.ofSuite("bookworm-security")).isEqualTo("bookworm");
        assertThat(Releases.ofSuite("buster/updates")).isEqualTo("buster");
        assertThat(Releases.ofSuite("unstable")).isEqualTo("sid");
        assertThat(Releases.ofSuite("stable-updates")).as("which one is that?").isEmpty();
        assertThat(Releases.ofSuite("internal")).isEmpty();
    }
}

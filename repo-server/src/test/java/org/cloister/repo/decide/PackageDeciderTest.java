package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.unchanged;

import org.cloister.events.Digest;
import org.cloister.events.MirrorName;
import org.cloister.events.PackageEvent;
import org.cloister.events.PackageEvent.PackagePublished;
import org.cloister.events.PackageEvent.PackageRestored;
import org.cloister.events.PackageEvent.PackageSigned;
import org.cloister.events.PackageEvent.PackageYanked;
import org.cloister.events.Principal;
import org.cloister.events.PublisherKeyId;
import org.cloister.events.deb.PackageId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PackageDeciderTest {
    private static final PackageId HELLO = PackageId.of("hello", "2.10", "amd64");

    private static PackagePublished hello(String content, @Nullable String mirror) {
        Digest artifact = Digest.ofText(content);
        return new PackagePublished(
                HELLO,
                artifact,
                1,
                new LayerId(artifact),
                "Package: hello\n",
                mirror == null ? null : new MirrorName(mirror));
    }

    private static PackageState state(PackageEvent... events) {
        PackageState state = PackageState.EMPTY;
        for (PackageEvent event : events) {
            state = state.evolve(at(1), event);
        }
        return state;
    }

    @Test
    void aNewVersionIsPublished() {
        assertThat(accepted(PackageDecider.publish(state(), hello("a", null), null)))
                .containsExactly(hello("a", null));
    }

    @Test
    void publishingTheSameContentAgainChangesNothing() {
        unchanged(PackageDecider.publish(state(hello("a", null)), hello("a", null), null));
        unchanged(PackageDecider.publish(state(hello("a", null)), hello("a", "debian"), null));
    }

    @Test
    void aSignatureIsRecordedWithThePublicationOrAfterItAndOnceForEachKey() {
        PackageSigned signed = signed(hello("a", null).artifact());
        assertThat(accepted(PackageDecider.publish(state(), hello("a", null), signed)))
                .containsExactly(hello("a", null), signed);
        assertThat(accepted(PackageDecider.publish(state(hello("a", null)), hello("a", null), signed)))
                .containsExactly(signed);
        unchanged(PackageDecider.publish(state(hello("a", null), signed), hello("a", null), signed));
    }

    private static PackageSigned signed(Digest artifact) {
        PublisherKeyId key = new PublisherKeyId("ed25519:" + "0".repeat(64));
        return new PackageSigned(HELLO, artifact, new Principal("alice"), key, "signature");
    }

    @Test
    void publishingTheSameVersionWithOtherContentIsRefused() {
        assertThat(refused(PackageDecider.publish(state(hello("a", null)), hello("b", null), null)))
                .isEqualTo(Rule.ALREADY_PUBLISHED);
    }

    @Test
    void aYankedVersionIsStillPublishedAndPublishingItAgainDoesNotRestoreIt() {
        PackageState yanked = state(hello("a", null), new PackageYanked(HELLO, "CVE"));

        unchanged(PackageDecider.publish(yanked, hello("a", null), null));
        assertThat(yanked.version(HELLO))
                .satisfies(version -> assertThat(version.yanked()).isTrue());
    }

    @Test
    void onlyWhatIsPublishedIsYankedAndOnlyOnce() {
        assertThat(refused(PackageDecider.yank(state(), HELLO, "CVE"))).isEqualTo(Rule.NOT_PUBLISHED);
        assertThat(accepted(PackageDecider.yank(state(hello("a", null)), HELLO, "CVE")))
                .containsExactly(new PackageYanked(HELLO, "CVE"));
        unchanged(PackageDecider.yank(state(hello("a", null), new PackageYanked(HELLO, "CVE")), HELLO, "again"));
    }

    @Test
    void onlyWhatIsYankedIsRestored() {
        assertThat(refused(PackageDecider.restore(state(), HELLO, "fine", true)))
                .isEqualTo(Rule.NOT_PUBLISHED);
        unchanged(PackageDecider.restore(state(hello("a", null)), HELLO, "fine", true));
        assertThat(accepted(PackageDecider.restore(
                        state(hello("a", null), new PackageYanked(HELLO, "CVE")), HELLO, "fine", true)))
                .containsExactly(new PackageRestored(HELLO, "fine"));
    }

    @Test
    void whatWasCollectedIsNotRestored() {
        assertThat(refused(PackageDecider.restore(
                        state(hello("a", null), new PackageYanked(HELLO, "CVE")), HELLO, "fine", false)))
                .isEqualTo(Rule.CONTENT_COLLECTED);
        unchanged(PackageDecider.restore(state(hello("a", null)), HELLO, "fine", false));
    }
}

package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.unchanged;

import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import org.cloister.events.Digest;
import org.cloister.events.Principal;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.TrustEvent;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.TrustEvent.SignaturePolicyChanged;
import org.cloister.events.TrustEvent.TrustRootPublished;
import org.cloister.events.log.NoteKey;
import org.cloister.events.sign.DetachedSignature;
import org.cloister.events.sign.Ed25519Key;
import org.cloister.events.sign.PackageStatement;
import org.cloister.events.sign.SignedRoot;
import org.cloister.events.sign.TrustRoot;
import org.cloister.repo.command.Keys;
import org.cloister.repo.decide.TrustDecider.Admission;
import org.cloister.repo.decide.TrustDecider.OnlineKeys;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrustDeciderTest {
    private static final Principal ALICE = new Principal("alice");
    private static final Principal BOB = new Principal("bob");
    private static final Digest ARTIFACT = Digest.ofText("artifact");
    private static final KeyPair PAIR = Keys.generate();
    private static final Ed25519Key KEY = Ed25519Key.of(PAIR.getPublic());
    private static final PublisherKeyRegistered ALICES = new PublisherKeyRegistered(KEY.id(), ALICE, KEY.text());
    private static final PublisherKeyRevoked REVOKED = new PublisherKeyRevoked(KEY.id(), "lost");
    private static final SignaturePolicyChanged REQUIRED = new SignaturePolicyChanged(SignaturePolicy.REQUIRE);

    private static TrustState state(TrustEvent... events) {
        TrustState state = TrustState.EMPTY;
        for (int i = 0; i < events.length; i++) {
            state = state.evolve(at(i + 1), events[i]);
        }
        return state;
    }

    private static DetachedSignature over(Digest artifact) {
        return KEY.sign(PAIR.getPrivate(), PackageStatement.of(artifact));
    }

    private static @Nullable Rule rule(TrustState state, Principal by, @Nullable DetachedSignature signature) {
        return TrustDecider.admit(state, by, signature, ARTIFACT, Instant.EPOCH) instanceof Admission.Refused no
                ? no.refusal().rule()
                : null;
    }

    @Test
    void aKeyIsRegisteredOnceForOnePublisherAndNotAgainWhenItWasRevoked() {
        assertThat(accepted(TrustDecider.register(state(), ALICES))).containsExactly(ALICES);
        unchanged(TrustDecider.register(state(ALICES), ALICES));
        assertThat(refused(TrustDecider.register(state(ALICES), new PublisherKeyRegistered(KEY.id(), BOB, KEY.text()))))
                .isEqualTo(Rule.PUBLISHER_KEY_TAKEN);
        assertThat(refused(TrustDecider.register(state(ALICES, REVOKED), ALICES)))
                .isEqualTo(Rule.PUBLISHER_KEY_REVOKED);
    }

    @Test
    void aPublisherHasALimitedNumberOfUsableKeys() {
        TrustState state = state();
        for (int i = 0; i < TrustDecider.MAX_KEYS_OF_ONE; i++) {
            Ed25519Key key = Ed25519Key.of(Keys.generate().getPublic());
            state = state.evolve(at(i + 1), new PublisherKeyRegistered(key.id(), ALICE, key.text()));
        }
        assertThat(refused(TrustDecider.register(state, ALICES))).isEqualTo(Rule.TOO_LARGE);
    }

    @Test
    void itsPublisherAndAdministratorsRevokeAKeyAndNobodyElse() {
        assertThat(accepted(TrustDecider.revoke(state(ALICES), KEY.id(), "lost", ALICE, false)))
                .containsExactly(REVOKED);
        assertThat(accepted(TrustDecider.revoke(state(ALICES), KEY.id(), "lost", BOB, true)))
                .containsExactly(REVOKED);
        assertThat(refused(TrustDecider.revoke(state(ALICES), KEY.id(), "lost", BOB, false)))
                .isEqualTo(Rule.ROLE_MISSING);
        assertThat(refused(TrustDecider.revoke(state(), KEY.id(), "lost", BOB, true)))
                .isEqualTo(Rule.PUBLISHER_KEY_UNKNOWN);
        unchanged(TrustDecider.revoke(state(ALICES, REVOKED), KEY.id(), "again", ALICE, false));
    }

    @Test
    void aGoodSignatureOfThePublishersKeyIsAdmittedAndNamed() {
        assertThat(TrustDecider.admit(state(ALICES, REQUIRED), ALICE, over(ARTIFACT), ARTIFACT, Instant.EPOCH))
                .isEqualTo(new Admission.Admitted(KEY.id()));
        assertThat(TrustDecider.admit(state(ALICES), ALICE, null, ARTIFACT, Instant.EPOCH))
                .isEqualTo(new Admission.Admitted(null));
    }

    @Test
    void whatIsNotAdmittedSaysByWhichRule() {
        assertThat(rule(state(ALICES, REQUIRED), ALICE, null)).isEqualTo(Rule.SIGNATURE_REQUIRED);
        assertThat(rule(state(ALICES), ALICE, over(Digest.ofText("another")))).isEqualTo(Rule.SIGNATURE_INVALID);
        assertThat(rule(state(ALICES), BOB, over(ARTIFACT)))
                .as("Bob publishes what Alice signed")
                .isEqualTo(Rule.PUBLISHER_KEY_UNKNOWN);
        assertThat(rule(state(ALICES, REVOKED), ALICE, over(ARTIFACT))).isEqualTo(Rule.PUBLISHER_KEY_REVOKED);
        assertThat(rule(state(ALICES, new SignaturePolicyChanged(SignaturePolicy.OFF)), ALICE, over(ARTIFACT)))
                .isEqualTo(Rule.SIGNATURES_OFF);
    }

    private static final KeyPair OFFLINE = Keys.generate();
    private static final NoteKey LOG = NoteKey.of("example.org/log", PAIR.getPublic());
    private static final OnlineKeys ONLINE = new OnlineKeys(LOG, "A".repeat(40));

    private static SignedRoot root(int version, NoteKey checkpoint, String release) {
        Ed25519Key offline = Ed25519Key.of(OFFLINE.getPublic());
        TrustRoot root = new TrustRoot(
                checkpoint.name(),
                version,
                Instant.ofEpochSecond(1_000),
                1,
                List.of(offline),
                List.of(checkpoint),
                List.of(release));
        return new SignedRoot(root, List.of()).signedWith(offline, OFFLINE.getPrivate());
    }

    private static Decision<TrustEvent> publish(TrustState state, SignedRoot root, long now) {
        return TrustDecider.publish(state, root, ONLINE, Instant.ofEpochSecond(now));
    }

    @Test
    void aRootIsPublishedIfItFollowsAndHasTheKeysThatSignNow() {
        SignedRoot first = root(1, LOG, ONLINE.release());
        TrustRootPublished published = new TrustRootPublished(1, first.document());
        assertThat(accepted(publish(state(), first, 999))).containsExactly(published);
        unchanged(publish(state(published), first, 999));
        assertThat(refused(publish(state(published), root(3, LOG, ONLINE.release()), 999)))
                .isEqualTo(Rule.TRUST_ROOT_INVALID);
        assertThat(refused(publish(state(), first, 1_000))).as("expired").isEqualTo(Rule.TRUST_ROOT_INVALID);
        NoteKey other = NoteKey.of("example.org/log", Keys.generate().getPublic());
        assertThat(refused(publish(state(), root(1, other, ONLINE.release()), 999)))
                .as("without the key of the log")
                .isEqualTo(Rule.TRUST_ROOT_INVALID);
        assertThat(refused(publish(state(), root(1, LOG, "B".repeat(40)), 999)))
                .as("without the key of distributions")
                .isEqualTo(Rule.TRUST_ROOT_INVALID);
    }

    @Test
    void beforeTheArtifactIsHereAllButTheSignatureItselfIsAsked() {
        assertThat(TrustDecider.expect(state(ALICES), ALICE, over(Digest.ofText("another")), Instant.EPOCH))
                .isEqualTo(new Admission.Admitted(KEY.id()));
        assertThat(TrustDecider.expect(state(ALICES, REVOKED), ALICE, over(ARTIFACT), Instant.EPOCH))
                .isInstanceOf(Admission.Refused.class);
    }
}

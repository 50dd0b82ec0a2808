package org.cloister.repo.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.cloister.repo.decide.Given.accepted;
import static org.cloister.repo.decide.Given.at;
import static org.cloister.repo.decide.Given.refused;
import static org.cloister.repo.decide.Given.unchanged;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.ClosureEvent.ClosureConfigured;
import org.cloister.events.Digest;
import org.cloister.events.MirrorEvent.MirrorDefined;
import org.cloister.events.MirrorEvent.MirrorIndexed;
import org.cloister.events.MirrorEvent.MirrorSyncFailed;
import org.cloister.events.MirrorEvent.MirrorSynchronized;
import org.cloister.events.MirrorName;
import org.cloister.events.Position;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.events.layer.ClosureId;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Mirrors, closures and tokens. */
class RegistryDecidersTest {
    private static final ClosureId CLOSURE = new ClosureId(Digest.ofText("closure"));
    private static final LayerId FIRST = new LayerId(Digest.ofText("first"));
    private static final LayerId SECOND = new LayerId(Digest.ofText("second"));
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final MirrorName DEBIAN = new MirrorName("debian");

    private static MirrorDefined mirror(String url, String keys) {
        return new MirrorDefined(DEBIAN, url, "bookworm", List.of("main"), List.of("amd64"), keys);
    }

    @Test
    void theFirstConfiguredLayerStaysUntilItIsCollected() {
        ClosureState configured = ClosureState.EMPTY.evolve(new ClosureConfigured(CLOSURE, FIRST));

        assertThat(accepted(ClosureDecider.configure(ClosureState.EMPTY, CLOSURE, FIRST, true)))
                .containsExactly(new ClosureConfigured(CLOSURE, FIRST));
        unchanged(ClosureDecider.configure(configured, CLOSURE, SECOND, true));
        assertThat(accepted(ClosureDecider.configure(ClosureState.EMPTY, CLOSURE, SECOND, true)))
                .as("the caller leaves out a layer that the pool lost")
                .containsExactly(new ClosureConfigured(CLOSURE, SECOND));
        assertThat(configured.evolve(new ClosureConfigured(CLOSURE, SECOND)).configured())
                .isEqualTo(SECOND);
    }

    @Test
    void aLayerIsTakenOnlyWhenThePoolHasAllOfIt() {
        assertThat(refused(ClosureDecider.configure(ClosureState.EMPTY, CLOSURE, FIRST, false)))
                .isEqualTo(Rule.LAYER_INCOMPLETE);
    }

    @Test
    void aMirrorNeedsAUrlAndKeysAndTheSameDefinitionChangesNothing() {
        MirrorDefined good = mirror("http://archive.example.org/debian", "KEY");

        assertThat(accepted(MirrorDecider.define(MirrorState.EMPTY, good))).containsExactly(good);
        unchanged(MirrorDecider.define(MirrorState.EMPTY.evolve(at(1), good), good));
        assertThat(refused(MirrorDecider.define(MirrorState.EMPTY, mirror("ftp://archive.example.org", "KEY"))))
                .isEqualTo(Rule.MIRROR_INVALID);
        assertThat(refused(MirrorDecider.define(MirrorState.EMPTY, mirror("http://archive.example.org", " "))))
                .isEqualTo(Rule.MIRROR_INVALID);
    }

    @Test
    void onlyADefinedMirrorSynchronizes() {
        MirrorSynchronized done = new MirrorSynchronized(DEBIAN, Digest.ofText("x"), NOW, List.of("hello"), List.of());
        MirrorSyncFailed failed = new MirrorSyncFailed(DEBIAN, List.of("hello"), "no route");
        MirrorState defined = MirrorState.EMPTY.evolve(at(1), mirror("http://archive.example.org", "KEY"));

        assertThat(refused(MirrorDecider.synchronize(MirrorState.EMPTY, done))).isEqualTo(Rule.MIRROR_NOT_DEFINED);
        assertThat(refused(MirrorDecider.fail(MirrorState.EMPTY, failed))).isEqualTo(Rule.MIRROR_NOT_DEFINED);
        assertThat(accepted(MirrorDecider.synchronize(defined, done))).containsExactly(done);
        assertThat(defined.evolve(at(2), failed).evolve(at(3), done).lastFailure())
                .isNull();
    }

    @Test
    void whatWasFoundCountsOnlyFromTheStateItWasComparedWith() {
        MirrorDefined definition = mirror("http://archive.example.org", "KEY");
        MirrorIndexed end = new MirrorIndexed(DEBIAN, Digest.ofText("x"), NOW, 1, 0, 1);
        MirrorDifference first = new MirrorDifference(definition, Position.NONE, List.of(end));
        MirrorState defined = MirrorState.EMPTY.evolve(at(1), definition);
        MirrorState indexed = defined.evolve(at(2), end);

        assertThat(refused(MirrorDecider.index(MirrorState.EMPTY, first))).isEqualTo(Rule.MIRROR_NOT_DEFINED);
        assertThat(accepted(MirrorDecider.index(defined, first))).containsExactly(end);
        assertThat(refused(MirrorDecider.index(indexed, first))).isEqualTo(Rule.RACING_WRITERS);
        assertThat(accepted(MirrorDecider.index(
                        indexed, new MirrorDifference(definition, indexed.indexedAt(), List.of(end)))))
                .containsExactly(end);
        assertThat(refused(
                        MirrorDecider.index(defined.evolve(at(2), mirror("http://other.example.org", "KEY")), first)))
                .isEqualTo(Rule.RACING_WRITERS);
    }

    @Test
    void theNewestDateOfAMirrorIsThatOfEitherKindOfSynchronization() {
        MirrorSynchronized named = new MirrorSynchronized(DEBIAN, Digest.ofText("x"), NOW, List.of(), List.of());
        MirrorIndexed complete = new MirrorIndexed(DEBIAN, Digest.ofText("y"), NOW.plusSeconds(1), 0, 0, 0);
        assertThat(MirrorState.EMPTY.lastDate()).isNull();
        assertThat(MirrorState.EMPTY
                        .evolve(at(1), complete)
                        .evolve(at(2), named)
                        .lastDate())
                .isEqualTo(NOW.plusSeconds(1));
        assertThat(MirrorState.EMPTY.evolve(at(1), named).lastDate()).isEqualTo(NOW);
    }

    private static TokenIssued token(String id, @Nullable Instant expires) {
        return new TokenIssued(
                new TokenId(id), new Principal("bob"), Set.of(Role.READER), Digest.ofText(id), null, expires);
    }

    @Test
    void aTokenThatWouldHaveEndedIsNotIssued() {
        assertThat(refused(AccessDecider.issue(AccessState.EMPTY, token("aaaaaaaa", NOW), NOW)))
                .isEqualTo(Rule.EXPIRED);
        accepted(AccessDecider.issue(AccessState.EMPTY, token("aaaaaaaa", NOW.plusSeconds(1)), NOW));
    }

    @Test
    void aPrincipalHasSoManyValidTokensAndNoMore() {
        AccessState state = AccessState.EMPTY;
        for (int i = 0; i < AccessDecider.MAX_TOKENS; i++) {
            state = state.evolve(token("token%05d".formatted(i), null));
        }

        assertThat(refused(AccessDecider.issue(state, token("another0", null), NOW)))
                .isEqualTo(Rule.TOO_MANY_TOKENS);
        AccessState revoked = state.evolve(new TokenRevoked(new TokenId("token00007"), "lost"));
        accepted(AccessDecider.issue(revoked, token("another0", null), NOW));
    }

    @Test
    void aTokenIdIsGivenOnce() {
        AccessState state = AccessState.EMPTY.evolve(token("aaaaaaaa", null));

        assertThat(refused(AccessDecider.issue(state, token("aaaaaaaa", null), NOW)))
                .isEqualTo(Rule.TOKEN_ID_TAKEN);
    }

    @Test
    void aRevokedTokenOpensNothingAndRevokingItAgainChangesNothing() {
        TokenId id = new TokenId("aaaaaaaa");
        AccessState issued = AccessState.EMPTY.evolve(token("aaaaaaaa", null));
        AccessState revoked = issued.evolve(new TokenRevoked(id, "lost"));

        assertThat(issued.tokens().get(id))
                .satisfies(token -> assertThat(token.valid(NOW)).isTrue());
        assertThat(revoked.tokens().get(id))
                .satisfies(token -> assertThat(token.valid(NOW)).isFalse());
        unchanged(AccessDecider.revoke(revoked, id, "again"));
        assertThat(refused(AccessDecider.revoke(AccessState.EMPTY, id, "x"))).isEqualTo(Rule.TOKEN_UNKNOWN);
    }
}

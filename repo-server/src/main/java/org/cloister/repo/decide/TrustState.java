package org.cloister.repo.decide;

import org.cloister.events.PublisherKeyId;
import org.cloister.events.SignaturePolicy;
import org.cloister.events.TrustEvent;
import org.cloister.events.TrustEvent.PublisherKeyRegistered;
import org.cloister.events.TrustEvent.PublisherKeyRevoked;
import org.cloister.events.TrustEvent.SignaturePolicyChanged;
import org.cloister.events.TrustEvent.TrustRootPublished;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePVector;

/**
 * Whose signatures the repository takes. Immutable.
 *
 * @param policy {@link SignaturePolicy#ACCEPT} until it is changed
 * @param keys those that are revoked too
 * @param roots the repository's own, each at its version less one
 */
public record TrustState(SignaturePolicy policy, PSortedMap<PublisherKeyId, Key> keys, PVector<Root> roots) {
    public static final TrustState EMPTY =
            new TrustState(SignaturePolicy.ACCEPT, TreePMap.empty(), TreePVector.empty());

    /** A root, and when it was published. */
    public record Root(TrustRootPublished event, Occurrence at) {}

    /**
     * One key.
     *
     * @param revoked when and by whom, or null
     * @param revokedFor why, or null
     */
    public record Key(
            PublisherKeyRegistered event,
            Occurrence registered,
            @Nullable Occurrence revoked,
            @Nullable String revokedFor) {}

    public TrustState evolve(Occurrence at, TrustEvent event) {
        return event.match(new Evolution(this, at));
    }

    private record Evolution(TrustState state, Occurrence at) implements TrustEvent.Cases<TrustState> {
        @Override
        public TrustState on(PublisherKeyRegistered event) {
            return new TrustState(
                    state.policy, state.keys.plus(event.key(), new Key(event, at, null, null)), state.roots);
        }

        @Override
        public TrustState on(PublisherKeyRevoked event) {
            Key key = state.keys.get(event.key());
            return key == null
                    ? state
                    : new TrustState(
                            state.policy,
                            state.keys.plus(event.key(), new Key(key.event(), key.registered(), at, event.reason())),
                            state.roots);
        }

        @Override
        public TrustState on(SignaturePolicyChanged event) {
            return new TrustState(event.policy(), state.keys, state.roots);
        }

        @Override
        public TrustState on(TrustRootPublished event) {
            return new TrustState(state.policy, state.keys, state.roots.plus(new Root(event, at)));
        }
    }
}

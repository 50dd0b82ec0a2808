package org.cloister.events;

/** Whose signatures the repository takes, and whose word it has for its own keys ({@code trust:repository}). */
public sealed interface TrustEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(PublisherKeyRegistered event);

        R on(PublisherKeyRevoked event);

        R on(SignaturePolicyChanged event);

        R on(TrustRootPublished event);
    }

    /**
     * What the key signs is the publisher's from now on.
     *
     * @param publicKey as {@link org.cloister.events.sign.PublisherKey#parse} reads it; {@code key} follows from it
     */
    record PublisherKeyRegistered(PublisherKeyId key, Principal publisher, String publicKey) implements TrustEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** No upload is taken with it any more; what it signed before stays as it is. For ever: a revoked key isn't registered again. */
    record PublisherKeyRevoked(PublisherKeyId key, String reason) implements TrustEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** Holds for uploads from now on; what mirrors bring, their archives sign. */
    record SignaturePolicyChanged(SignaturePolicy policy) implements TrustEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * The repository has this root from now on; it follows the one before by both their keys' word.
     *
     * @param document as {@link org.cloister.events.sign.SignedRoot#parse} reads it
     */
    record TrustRootPublished(int version, String document) implements TrustEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}

package org.cloister.repo.pool;

/** How an offer to the pool ended. */
public sealed interface PutResult {
    /** Durable and visible, now or already before. */
    record Stored(Blob blob) implements PutResult {}

    /** Nothing of it is kept. */
    record Refused(Reason reason, String detail) implements PutResult {}

    /** Why content can't be stored under a digest. */
    enum Reason {
        WRONG_DIGEST,
        NOT_A_MANIFEST,
        MISSING_OBJECTS
    }
}

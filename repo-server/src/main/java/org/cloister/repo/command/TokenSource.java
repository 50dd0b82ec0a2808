package org.cloister.repo.command;

import org.cloister.events.Digest;
import org.cloister.events.TokenId;

/** Makes tokens that nobody can guess. Thread-safe. */
@FunctionalInterface
public interface TokenSource {
    NewToken next();

    /** A token before it is recorded; {@code secretHash} is what the log gets. */
    record NewToken(TokenId id, Digest secretHash, String text) {
        /** Without the secret. */
        @Override
        public String toString() {
            return "NewToken[" + id + "]";
        }
    }
}

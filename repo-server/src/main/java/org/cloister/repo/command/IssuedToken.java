package org.cloister.repo.command;

import org.cloister.events.AccessEvent.TokenIssued;
import org.jspecify.annotations.Nullable;

/**
 * A token that was given out.
 *
 * @param text what its holder sends; null if the request was answered before: a token is shown once
 */
public record IssuedToken(TokenIssued event, @Nullable String text) {
    /** Without the secret. */
    @Override
    public String toString() {
        return "IssuedToken[" + event.id() + "]";
    }
}

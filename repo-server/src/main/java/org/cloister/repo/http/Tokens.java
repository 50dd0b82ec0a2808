package org.cloister.repo.http;

import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.TokenId;
import org.jspecify.annotations.Nullable;

/** The tokens that were issued and not revoked. Asked on event loops for every request: must not block. */
@FunctionalInterface
public interface Tokens {
    /** The token as it was issued, or null if there is none or it was revoked. It may have expired. */
    @Nullable
    TokenIssued find(TokenId id);
}

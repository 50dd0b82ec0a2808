package org.cloister.repo.decide;

import java.time.Instant;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.TokenId;
import org.cloister.repo.decide.AccessState.Issued;

/** The rules of tokens. */
public final class AccessDecider {
    /** Valid tokens of one principal at a time. A script that asks for a new one at each run hits this. */
    static final int MAX_TOKENS = 100;

    private AccessDecider() {}

    public static Decision<AccessEvent> issue(AccessState state, TokenIssued wanted, Instant now) {
        Instant expires = wanted.expires();
        if (state.tokens().containsKey(wanted.id())) {
            return Decision.refuse(Rule.TOKEN_ID_TAKEN, "token " + wanted.id() + " exists", "ask again");
        }
        if (expires != null && !now.isBefore(expires)) {
            return Decision.refuse(
                    Rule.EXPIRED, "the token would have ended at " + expires, "name a time that is to come");
        }
        long valid = state.tokens().values().stream()
                .filter(token -> token.valid(now))
                .count();
        if (valid >= MAX_TOKENS) {
            return Decision.refuse(
                    Rule.TOO_MANY_TOKENS,
                    wanted.principal() + " has " + valid + " valid tokens, and no more than " + MAX_TOKENS
                            + " are given out",
                    "revoke those that are not in use");
        }
        return Decision.accept(wanted);
    }

    public static Decision<AccessEvent> revoke(AccessState state, TokenId id, String reason) {
        Issued issued = state.tokens().get(id);
        if (issued == null) {
            return new Decision.Refused<>(unknown(id));
        }
        return issued.revokedFor() == null ? Decision.accept(new TokenRevoked(id, reason)) : Decision.unchanged();
    }

    /** For a token id that nobody has. */
    public static Refusal unknown(TokenId id) {
        return new Refusal(Rule.TOKEN_UNKNOWN, "there is no token " + id, "see the tokens: GET /v1/tokens");
    }
}

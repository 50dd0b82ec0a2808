package org.cloister.repo.decide;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.AccessEvent.PersonRegistered;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.PersonId;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.repo.decide.AccessState.Identity;
import org.cloister.repo.decide.AccessState.Issued;
import org.jspecify.annotations.Nullable;

/** The rules of tokens and of the people who have them. */
public final class AccessDecider {
    /** Valid tokens of one principal at a time. A script that asks for a new one at each run hits this. */
    static final int MAX_TOKENS = 100;

    private AccessDecider() {}

    public static Decision<AccessEvent> issue(AccessState state, TokenIssued wanted, Instant now) {
        PersonId person = PersonId.of(wanted.principal()).orElse(null);
        Refusal absence = person == null ? null : absence(state, person);
        if (absence != null) {
            return new Decision.Refused<>(absence);
        }
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

    /** A pseudonym is a person's from now on. */
    public static Decision<AccessEvent> register(AccessState state, PersonRegistered wanted) {
        return switch (state.identity()) {
            case PLAIN -> Decision.accept(wanted);
            case PSEUDONYM -> Decision.unchanged();
            case ERASED -> new Decision.Refused<>(erased(wanted.person()));
        };
    }

    /**
     * Ends all access of the person and says that nobody can tell any more who it was.
     *
     * @param othersAdminister whether somebody else has a valid token of an administrator
     */
    public static Decision<AccessEvent> erase(
            AccessState state, PersonErased wanted, boolean othersAdminister, Instant now) {
        if (state.identity() == Identity.ERASED) {
            return Decision.unchanged();
        }
        if (state.identity() == Identity.PLAIN) {
            return new Decision.Refused<>(unknown(wanted.person()));
        }
        Map<TokenId, Issued> valid = new TreeMap<>();
        state.tokens().forEach((id, token) -> {
            if (token.valid(now)) {
                valid.put(id, token);
            }
        });
        if (!othersAdminister && valid.values().stream().anyMatch(AccessDecider::administers)) {
            return Decision.refuse(
                    Rule.LAST_ADMINISTRATOR,
                    "nobody else has a valid token of an administrator, and all of this person's end",
                    "issue one to somebody else first: POST /v1/tokens");
        }
        List<AccessEvent> events = new ArrayList<>();
        valid.keySet().forEach(id -> events.add(new TokenRevoked(id, "its holder was erased")));
        events.add(wanted);
        return new Decision.Accepted<>(events);
    }

    /** Whether the token, if it is valid, administers everything. */
    public static boolean administers(Issued token) {
        return token.event().roles().contains(Role.ADMINISTRATOR)
                && token.event().host() == null;
    }

    private static @Nullable Refusal absence(AccessState state, PersonId person) {
        return switch (state.identity()) {
            case PLAIN -> unknown(person);
            case PSEUDONYM -> null;
            case ERASED -> erased(person);
        };
    }

    private static Refusal erased(PersonId person) {
        return new Refusal(
                Rule.PERSON_ERASED,
                person.principal() + " was erased, and acts no more",
                "who comes again gets a new pseudonym: name the person, not the pseudonym");
    }

    /** For a pseudonym that nobody has. */
    public static Refusal unknown(PersonId person) {
        return new Refusal(
                Rule.PERSON_UNKNOWN, person.principal() + " is nobody's pseudonym", "see the people: GET /v1/people");
    }

    /** For a token id that nobody has. */
    public static Refusal unknown(TokenId id) {
        return new Refusal(Rule.TOKEN_UNKNOWN, "there is no token " + id, "see the tokens: GET /v1/tokens");
    }
}

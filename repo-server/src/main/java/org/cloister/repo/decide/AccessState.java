package org.cloister.repo.decide;

import java.time.Instant;
import org.cloister.events.AccessEvent;
import org.cloister.events.AccessEvent.PersonErased;
import org.cloister.events.AccessEvent.PersonRegistered;
import org.cloister.events.AccessEvent.RequestsRefused;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.AccessEvent.TokenRevoked;
import org.cloister.events.TokenId;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** One principal's tokens, and whether the principal is a person's pseudonym. Immutable. */
public record AccessState(PMap<TokenId, Issued> tokens, Identity identity) implements AccessEvent.Cases<AccessState> {
    public static final AccessState EMPTY = new AccessState(HashTreePMap.empty(), Identity.PLAIN);

    /** What the principal's text says about who it is. */
    public enum Identity {
        /** It is the name itself, of a program, an agent, or a person who can't be erased. */
        PLAIN,
        /** It is a pseudonym; the name is under a key. */
        PSEUDONYM,
        /** It is a pseudonym, and nobody can tell whose. */
        ERASED
    }

    /**
     * A token that was given out.
     *
     * @param revokedFor the reason for which it was revoked, or null
     */
    public record Issued(TokenIssued event, @Nullable String revokedFor) {
        /** Whether it opens anything at {@code now}. */
        public boolean valid(Instant now) {
            Instant expires = event.expires();
            return revokedFor == null && (expires == null || now.isBefore(expires));
        }
    }

    public AccessState evolve(AccessEvent event) {
        return event.match(this);
    }

    @Override
    public AccessState on(TokenIssued event) {
        return new AccessState(tokens.plus(event.id(), new Issued(event, null)), identity);
    }

    @Override
    public AccessState on(RequestsRefused event) {
        return this;
    }

    @Override
    public AccessState on(PersonRegistered event) {
        return new AccessState(tokens, Identity.PSEUDONYM);
    }

    @Override
    public AccessState on(PersonErased event) {
        return new AccessState(tokens, Identity.ERASED);
    }

    @Override
    public AccessState on(TokenRevoked event) {
        Issued issued = tokens.get(event.id());
        return issued == null
                ? this
                : new AccessState(tokens.plus(event.id(), new Issued(issued.event(), event.reason())), identity);
    }
}

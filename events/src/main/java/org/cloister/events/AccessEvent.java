package org.cloister.events;

import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What happened to a principal's access ({@code access:<principal>}). */
public sealed interface AccessEvent extends Event {
    <R> R match(Cases<R> cases);

    interface Cases<R> {
        R on(TokenIssued event);

        R on(TokenRevoked event);

        R on(RequestsRefused event);

        R on(PersonRegistered event);

        R on(PersonErased event);
    }

    /**
     * A bearer token was given out.
     *
     * @param secretHash the SHA-256 of its secret half; the secret itself is stored nowhere
     * @param host the only host that it may speak for, or null
     * @param expires when it ends, or null for never
     */
    record TokenIssued(
            TokenId id,
            Principal principal,
            Set<Role> roles,
            Digest secretHash,
            @Nullable HostId host,
            @Nullable Instant expires)
            implements AccessEvent {
        public TokenIssued {
            roles = Collections.unmodifiableSet(new TreeSet<>(roles));
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * Requests were not carried out because of who asked, or how often.
     *
     * @param principal who asked; {@link Principal#ANONYMOUS} where nobody could be told
     * @param address of the other end of the connection
     * @param operation what was asked for, by its name in openapi.yaml
     * @param rule which rule refused, such as {@code role-missing}
     * @param count at least 1
     */
    record RequestsRefused(
            Principal principal, String address, String operation, String rule, long count, Instant first, Instant last)
            implements AccessEvent {
        public RequestsRefused {
            if (count < 1) {
                throw new IllegalArgumentException("nothing was refused: " + count);
            }
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The token no longer opens anything. */
    record TokenRevoked(TokenId id, String reason) implements AccessEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /**
     * A person whose name isn't in the log, but under a key that can be destroyed.
     *
     * @param name readable as long as the key is there
     */
    record PersonRegistered(PersonId person, SealedName name) implements AccessEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }

    /** The person's key is destroyed, and nobody can tell who it was. Everything that they did stays on record under the pseudonym. */
    record PersonErased(PersonId person, String reason) implements AccessEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}

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

    /** The token no longer opens anything. */
    record TokenRevoked(TokenId id, String reason) implements AccessEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.on(this);
        }
    }
}

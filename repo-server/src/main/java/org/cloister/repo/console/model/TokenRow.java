package org.cloister.repo.console.model;

import java.time.Instant;
import java.util.stream.Collectors;
import org.cloister.events.AccessEvent.TokenIssued;
import org.cloister.events.HostId;
import org.cloister.events.Principal;
import org.cloister.events.Role;
import org.cloister.events.TokenId;
import org.cloister.repo.decide.AccessState.Issued;
import org.jspecify.annotations.Nullable;

/**
 * A token that was given out.
 *
 * @param host the only one that it may speak for, or null
 */
public record TokenRow(
        TokenId id,
        Principal principal,
        String roles,
        @Nullable HostId host,
        @Nullable When expires,
        String state,
        String tone) {

    public static TokenRow of(Issued issued, Instant now) {
        TokenIssued event = issued.event();
        boolean valid = issued.valid(now);
        String state = valid ? "valid" : issued.revokedFor() != null ? "revoked" : "expired";
        return new TokenRow(
                event.id(),
                event.principal(),
                event.roles().stream().map(Role::text).collect(Collectors.joining(", ")),
                event.host(),
                When.ofNullable(event.expires(), now),
                state,
                valid ? "good" : "muted");
    }

    public boolean valid() {
        return state.equals("valid");
    }
}

package org.cloister.repo.http;

import java.util.Set;
import org.cloister.events.Role;
import org.cloister.repo.command.Caller;

/**
 * What {@code openapi.yaml} says about an operation beyond what the validator reads.
 *
 * @param path with {@code {name}} for parameters
 * @param roles of which the caller needs one; none: no token is needed
 * @param hostBound whether a token that is bound to a host opens it
 * @param body what is done with its body before its endpoint gets it
 * @param bodyLimit bytes, of a body that isn't streamed
 * @param query the query parameters that it knows
 */
public record ApiOperation(
        String id,
        String method,
        String path,
        Set<Role> roles,
        boolean hostBound,
        Body body,
        int bodyLimit,
        Set<String> query) {
    /** How a body is taken. */
    public enum Body {
        /** Read within its limit and validated from the document. */
        VALIDATED,
        /** Read within its limit; the endpoint checks the form, because the validator takes seconds for a hundred thousand values. */
        CHECKED_BY_ENDPOINT,
        /** Never held in memory. */
        STREAMED
    }

    public ApiOperation {
        roles = Set.copyOf(roles);
        query = Set.copyOf(query);
    }

    public boolean streamed() {
        return body == Body.STREAMED;
    }

    /** Whether it is open to somebody with the roles of {@code caller}. Everybody who has a token is a reader. */
    public boolean admits(Caller caller) {
        return isPublic() || roles.contains(Role.READER) || caller.hasAny(roles.toArray(Role[]::new));
    }

    public boolean isPublic() {
        return roles.isEmpty();
    }
}

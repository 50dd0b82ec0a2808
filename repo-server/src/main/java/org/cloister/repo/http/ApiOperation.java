package org.cloister.repo.http;

import java.util.Set;
import org.cloister.events.Role;

/**
 * What {@code openapi.yaml} says about an operation beyond what the validator reads.
 *
 * @param path with {@code {name}} for parameters
 * @param roles of which the caller needs one; none: no token is needed
 * @param hostBound whether a token that is bound to a host opens it
 * @param streamed whether its body is never held in memory
 * @param bodyLimit bytes, of a body that isn't streamed
 * @param query the query parameters that it knows
 */
public record ApiOperation(
        String id,
        String method,
        String path,
        Set<Role> roles,
        boolean hostBound,
        boolean streamed,
        int bodyLimit,
        Set<String> query) {
    public ApiOperation {
        roles = Set.copyOf(roles);
        query = Set.copyOf(query);
    }

    public boolean isPublic() {
        return roles.isEmpty();
    }
}

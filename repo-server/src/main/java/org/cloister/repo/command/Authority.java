package org.cloister.repo.command;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.cloister.events.HostId;
import org.cloister.events.Role;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/** Who may do what. Each method answers null for "may". */
final class Authority {
    private Authority() {}

    static @Nullable Refusal any(Caller caller, Role... roles) {
        if (caller.hasAny(roles)) {
            return null;
        }
        String wanted = Arrays.stream(roles).map(Role::text).collect(Collectors.joining(" or "));
        return new Refusal(
                Rule.ROLE_MISSING,
                caller.principal() + " has not the role " + wanted,
                "use a token with that role; an administrator can issue one");
    }

    /** For what isn't about one host: a token that is bound to a host opens only what the roles of agents open. */
    static @Nullable Refusal unbound(Caller caller, Role... roles) {
        return caller.host() != null ? otherHost(caller, "all hosts") : any(caller, roles);
    }

    static @Nullable Refusal on(HostId host, Caller caller, Role... roles) {
        HostId bound = caller.host();
        return bound != null && !bound.equals(host) ? otherHost(caller, "host " + host) : any(caller, roles);
    }

    /** Operators for all hosts, an agent for its own. */
    static @Nullable Refusal overRoots(HostId host, Caller caller) {
        return caller.host() == null ? any(caller, Role.OPERATOR) : on(host, caller, Role.AGENT, Role.OPERATOR);
    }

    private static Refusal otherHost(Caller caller, String concerned) {
        return new Refusal(
                Rule.OTHER_HOST,
                "the token of " + caller.principal() + " speaks for host " + caller.host() + " only, and this concerns "
                        + concerned,
                "use a token that isn't bound to another host");
    }
}

package org.cloister.repo.http;

import java.util.Collection;
import java.util.stream.Collectors;
import org.cloister.events.Role;

/** Roles for people's eyes. */
final class Roles {
    private Roles() {}

    static String text(Collection<Role> roles) {
        return roles.stream().sorted().map(Role::text).collect(Collectors.joining(", "));
    }
}

package org.cloister.repo.decide;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.cloister.events.UserEvent;
import org.cloister.events.UserEvent.SystemUserRegistered;
import org.jspecify.annotations.Nullable;

/**
 * The rules of system users: one id per name for the whole organization. A user and a group of one name share it; two names
 * never do. Names to which Debian gave an id keep that one, and the others get the next of the dynamic system range 100–999
 * (Debian Policy 9.2.2).
 */
public final class UserRegistry {
    private static final int FIRST = 100;
    private static final int LAST = 999;
    /** What adduser takes for a system user, Debian-exim and _apt included; 32 characters as in utmp. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    private UserRegistry() {}

    /** Names that have an id already add nothing; all or none of the others are registered. */
    public static Decision<UserEvent> register(UserRegistryState state, List<SystemName> names) {
        UserRegistryState after = state;
        List<UserEvent> events = new ArrayList<>();
        for (SystemName name : names) {
            if (!NAME.matcher(name.name()).matches()) {
                return invalid(name);
            }
            if (after.id(name) != null) {
                continue;
            }
            Integer id = idFor(after, name);
            if (id == null) {
                return exhausted(name);
            }
            UserEvent event = new SystemUserRegistered(name.kind(), name.name(), id);
            events.add(event);
            after = after.evolve(event);
        }
        return Decision.acceptAll(events);
    }

    private static @Nullable Integer idFor(UserRegistryState state, SystemName name) {
        Integer shared = state.registered().get(name.counterpart());
        if (shared != null) {
            return shared;
        }
        for (int id = FIRST; id <= LAST; id++) {
            if (!state.taken().contains(id) && !StaticIds.isTaken(id)) {
                return id;
            }
        }
        return null;
    }

    private static Decision<UserEvent> invalid(SystemName name) {
        return Decision.refuse(
                Rule.USER_NAME_INVALID,
                "'" + name.name() + "' is no name for a system user or group",
                "use letters, digits, _ . and -, at most 32, not starting with a digit");
    }

    private static Decision<UserEvent> exhausted(SystemName name) {
        return Decision.refuse(
                Rule.IDS_EXHAUSTED,
                "no id between " + FIRST + " and " + LAST + " is left for " + name.name(),
                "the range of Debian Policy 9.2.2 is full; a package of this organization registers too many names");
    }
}

package org.cloister.fuse.union;

import org.cloister.events.host.SubordinateIds;
import org.jspecify.annotations.Nullable;

/**
 * Whose files are whose: between the ids that are recorded and those that the host's kernel knows. A machine-wide mount shows
 * owners as recorded. In the private mount of an ordinary user recorded 0 is that user, and the others are its subordinate
 * ids, so that in a user namespace that maps them the same way a root has the owners that its packages ask for
 * (user_namespaces(7)).
 */
public sealed interface Ownership {
    /** The host's number of a recorded user. */
    int hostUser(int recorded);

    int hostGroup(int recorded);

    /** The reverse: what to record of a user that the kernel names. */
    int recordedUser(int host);

    int recordedGroup(int host);

    /** Owners as recorded. */
    record Recorded() implements Ownership {
        @Override
        public int hostUser(int recorded) {
            return recorded;
        }

        @Override
        public int hostGroup(int recorded) {
            return recorded;
        }

        @Override
        public int recordedUser(int host) {
            return host;
        }

        @Override
        public int recordedGroup(int host) {
            return host;
        }
    }

    /**
     * Of one user. What can't be mapped is that user's.
     *
     * @param users null if the user may hand out none
     */
    record Private(
            int uid,
            int gid,
            @Nullable SubordinateIds users,
            @Nullable SubordinateIds groups) implements Ownership {
        @Override
        public int hostUser(int recorded) {
            return users == null ? uid : users.outside(recorded, uid);
        }

        @Override
        public int hostGroup(int recorded) {
            return groups == null ? gid : groups.outside(recorded, gid);
        }

        @Override
        public int recordedUser(int host) {
            return users == null ? 0 : users.inside(host, 0);
        }

        @Override
        public int recordedGroup(int host) {
            return groups == null ? 0 : groups.inside(host, 0);
        }
    }
}

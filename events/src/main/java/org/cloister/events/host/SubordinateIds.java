package org.cloister.events.host;

import java.util.List;
import java.util.Optional;

/**
 * The ids that an ordinary user may hand out in a user namespace: 1 to {@code count} inside are {@code first} and those after it
 * outside (subuid(5), user_namespaces(7)). 0 inside is the user.
 *
 * @param first at least 1
 * @param count 1 to {@value #MOST}
 */
public record SubordinateIds(int first, int count) {
    /** Where a host keeps the ranges of users, and those of groups. */
    public static final String USERS = "/etc/subuid";

    public static final String GROUPS = "/etc/subgid";

    /** Debian's ids have 16 bits. */
    public static final int MOST = 65_535;

    public SubordinateIds {
        if (first < 1 || count < 1 || count > MOST || first > Integer.MAX_VALUE - count) {
            throw new IllegalArgumentException("no range of subordinate ids: " + first + ", " + count);
        }
    }

    /**
     * The first range of a user; lines that aren't {@code user:first:count}, and ranges beyond 2³¹, count for nothing.
     *
     * @param text of /etc/subuid or /etc/subgid
     * @param user a name; a line may name the number {@code uid} instead
     */
    public static Optional<SubordinateIds> of(String text, String user, int uid) {
        return text.lines()
                .flatMap(line -> of(List.of(line.split(":", -1)), user, uid).stream())
                .findFirst();
    }

    private static Optional<SubordinateIds> of(List<String> fields, String user, int uid) {
        if (fields.size() != 3
                || !(fields.get(0).equals(user) || fields.get(0).equals(Integer.toUnsignedString(uid)))) {
            return Optional.empty();
        }
        try {
            int first = Integer.parseInt(fields.get(1));
            int count = Math.min(Integer.parseInt(fields.get(2)), MOST);
            return first < 1 || count < 1 || first > Integer.MAX_VALUE - count
                    ? Optional.empty()
                    : Optional.of(new SubordinateIds(first, count));
        } catch (NumberFormatException notOurs) {
            return Optional.empty();
        }
    }

    /** For {@code --map-users} and {@code --map-groups} of unshare(1). */
    public String range() {
        return first + ",1," + count;
    }

    /** The number outside of an id from 1 to {@code count}; of another, {@code otherwise}. */
    public int outside(int inside, int otherwise) {
        return inside >= 1 && inside <= count ? first + inside - 1 : otherwise;
    }

    /** The reverse of {@link #outside}. */
    public int inside(int outside, int otherwise) {
        return outside >= first && outside - first < count ? outside - first + 1 : otherwise;
    }
}

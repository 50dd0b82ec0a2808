package org.cloister.events.host;

/** What {@code /etc/fuse.conf} says (mount.fuse3(8)). */
public final class FuseConfiguration {
    public static final String FILE = "/etc/fuse.conf";

    private FuseConfiguration() {}

    /** Whether an ordinary user may mount for other users too. */
    public static boolean letsUsersAllowOthers(String text) {
        return text.lines().map(String::strip).anyMatch("user_allow_other"::equals);
    }
}

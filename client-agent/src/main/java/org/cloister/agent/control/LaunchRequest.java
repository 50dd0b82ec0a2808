package org.cloister.agent.control;

import java.util.List;
import org.cloister.events.RootName;

/**
 * A program to start in a root.
 *
 * @param command the program and its arguments; empty for a shell
 * @param directory the caller's working directory, kept where it exists inside
 * @param user the caller's user name
 * @param home whether the shared home is there
 */
public record LaunchRequest(RootName root, List<String> command, String directory, String user, Home home) {
    /** Who decides on the shared home. */
    public enum Home {
        /** Programs have it, administration programs (sbin) don't. */
        BY_POLICY,
        SHARED,
        NONE
    }

    public LaunchRequest {
        command = List.copyOf(command);
    }
}

package org.cloister.agent.command.verb;

import java.util.ArrayList;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;

/** Paths as a person writes them. */
final class Paths {
    private Paths() {}

    /** Relative to the root. @throws CommandFailed if one doesn't stay below it */
    static List<String> relative(List<String> paths) throws CommandFailed {
        List<String> relative = new ArrayList<>();
        for (String path : paths) {
            String inside = path.replaceAll("/+", "/").replaceAll("^/|/$", "");
            if (inside.isEmpty() || List.of(inside.split("/")).contains("..")) {
                throw new CommandFailed(
                        ExitStatus.USAGE,
                        "\"" + path + "\" is no path below the root.",
                        "Name paths as they are seen in the root, such as /etc/nginx.");
            }
            relative.add(inside);
        }
        return relative;
    }
}

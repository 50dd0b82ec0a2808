package org.cloister.fuse;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be chosen.
 *
 * @param state directory of the agent's state (docs/protocol.md, "Store of a host")
 * @param mount where the roots appear
 * @param root the process runs as root: the mount is for every user of the machine
 */
public record FuseAgentConfig(Path state, Path mount, boolean root) {
    static final String USAGE = """
            usage: fuse-agent [--state DIR] [--mount DIR]

            Mounts the union file system of the roots in DIR/current/generation and serves it until it is
            terminated.

              --state DIR   state of the agent; default CLOISTER_AGENT_STATE, or /var/lib/cloister/agent as
                            root, otherwise $XDG_STATE_HOME/cloister/agent
              --mount DIR   where the roots appear; default CLOISTER_MOUNT, or /packages as root, otherwise
                            ~/packages
              --help        this text
            """;

    /** Throws {@link IllegalArgumentException} with a sentence for the user. */
    static FuseAgentConfig parse(String[] arguments, Map<String, String> environment, boolean root) {
        String state = null;
        String mount = null;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a directory, or is unknown; see --help");
            }
            switch (arguments[i]) {
                case "--state" -> state = arguments[i + 1];
                case "--mount" -> mount = arguments[i + 1];
                default -> throw new IllegalArgumentException("unknown option " + arguments[i] + "; see --help");
            }
        }
        return new FuseAgentConfig(
                Path.of(first(state, environment.get("CLOISTER_AGENT_STATE"), defaultState(environment, root)))
                        .toAbsolutePath(),
                Path.of(first(
                                mount,
                                environment.get("CLOISTER_MOUNT"),
                                root ? "/packages" : home(environment, "packages")))
                        .toAbsolutePath(),
                root);
    }

    private static String first(@Nullable String option, @Nullable String variable, String otherwise) {
        return option != null ? option : variable != null && !variable.isEmpty() ? variable : otherwise;
    }

    private static String defaultState(Map<String, String> environment, boolean root) {
        if (root) {
            return "/var/lib/cloister/agent";
        }
        String xdg = environment.get("XDG_STATE_HOME");
        return xdg != null && !xdg.isEmpty()
                ? xdg + "/cloister/agent"
                : home(environment, ".local/state/cloister/agent");
    }

    private static String home(Map<String, String> environment, String below) {
        return environment.getOrDefault("HOME", "/") + "/" + below;
    }
}

package org.cloister.agent.control;

import java.util.List;

/** The answer to a {@link LaunchRequest}. */
public sealed interface Launch {
    /** {@code argv} enters the root and starts the program. */
    record Ready(List<String> argv) implements Launch {
        public Ready {
            argv = List.copyOf(argv);
        }
    }

    /** It can't be started: what happened and what to do. */
    record Refused(String reason, String remedy) implements Launch {}
}

package org.cloister.agent.command.verb;

import java.io.IOException;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.events.HostId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of a command that is about one host: which one. */
final class OneHost {
    @Option(names = "--host", paramLabel = "HOST", description = "Which host, by name or id; this machine unless told.")
    private @Nullable String host;

    /** @throws CommandFailed if the name isn't known or is that of several hosts */
    HostId of(Session session) throws CommandFailed, IOException, InterruptedException {
        return new Hosts(session)
                .resolve(host == null ? List.of() : List.of(host))
                .get(0);
    }
}

package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.Session;
import org.cloister.events.HostId;
import org.cloister.events.RootName;
import picocli.CommandLine.Option;

/** What every command has that changes hosts: which ones, and whether to wait for them. */
final class Changing {
    @Option(names = "--host", paramLabel = "HOST", description = "Where, by name or id; this machine unless told.")
    private List<String> hosts = List.of();

    @Option(names = "--no-wait", description = "Don't wait for the outcome.")
    private boolean noWait;

    /** @param operation see {@link HostRequest}; @param done see {@link OutcomeLines}. Returns the exit status. */
    int ask(Session session, String operation, ObjectNode body, String done)
            throws CommandFailed, IOException, InterruptedException {
        return new HostRequest(session, operation, body).ask(hosts, !noWait, new OutcomeLines(session, done));
    }

    /** Where it changes something. */
    List<HostId> hosts(Session session) throws CommandFailed, IOException, InterruptedException {
        return new Hosts(session).resolve(hosts);
    }

    /** About roots that are there. */
    int ask(Session session, String operation, List<String> roots, String done)
            throws CommandFailed, IOException, InterruptedException {
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode aliases = body.putArray("aliases");
        roots.forEach(root -> aliases.add(new RootName(root).text()));
        return ask(session, operation, body, done);
    }
}

package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.cloister.agent.command.Session;
import org.cloister.events.RootName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Remove roots.",
        footer = {"", "Examples:", "  cloister remove nginx", "  cloister remove hello hello-old --host build-1"})
final class RemoveVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "ROOT", description = "What to remove.")
    private List<String> roots = List.of();

    @Option(names = "--host", paramLabel = "HOST", description = "Where, by name or id; this machine unless told.")
    private List<String> hosts = List.of();

    @Option(names = "--no-wait", description = "Don't wait for the outcome.")
    private boolean noWait;

    RemoveVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode aliases = body.putArray("aliases");
        roots.forEach(root -> aliases.add(new RootName(root).text()));
        return new HostRequest(session, "removals", body).ask(hosts, !noWait, new OutcomeLines(session, "removed"));
    }
}

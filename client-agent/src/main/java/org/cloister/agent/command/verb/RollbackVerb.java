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
        name = "rollback",
        description = "Bring roots back to what they were before their last change.",
        footer = {"", "Examples:", "  cloister rollback nginx", "  cloister rollback nginx --host build-1"})
final class RollbackVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "1..*", paramLabel = "ROOT", description = "What to bring back.")
    private List<String> roots = List.of();

    @Option(names = "--host", paramLabel = "HOST", description = "Where, by name or id; this machine unless told.")
    private List<String> hosts = List.of();

    @Option(names = "--no-wait", description = "Don't wait for the outcome.")
    private boolean noWait;

    RollbackVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode aliases = body.putArray("aliases");
        roots.forEach(root -> aliases.add(new RootName(root).text()));
        return new HostRequest(session, "rollbacks", body)
                .ask(hosts, !noWait, new OutcomeLines(session, "as it was before"));
    }
}

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
        name = "upgrade",
        description = "Bring roots to the newest published versions.",
        footer = {"", "Examples:", "  cloister upgrade              all roots", "  cloister upgrade nginx jq"})
final class UpgradeVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(arity = "0..*", paramLabel = "ROOT", description = "What to upgrade; all roots where none is named.")
    private List<String> roots = List.of();

    @Option(names = "--host", paramLabel = "HOST", description = "Where, by name or id; this machine unless told.")
    private List<String> hosts = List.of();

    @Option(names = "--no-wait", description = "Don't wait for the outcome.")
    private boolean noWait;

    UpgradeVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws Exception {
        ObjectNode body = session.mapper().createObjectNode();
        ArrayNode aliases = body.putArray("aliases");
        roots.forEach(root -> aliases.add(new RootName(root).text()));
        return new HostRequest(session, "upgrades", body).ask(hosts, !noWait, new OutcomeLines(session, "upgraded"));
    }
}
